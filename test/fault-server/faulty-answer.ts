import { type Answer, bodyOf, errorPage, headOf, interim } from './answers.js'
import type { Ending, Fault } from './faults.js'

/** How much of an answer is out when a fault that does not change the answer comes. */
export type Reach = 'none' | 'half' | 'all'

/** The bytes of an answer under a fault, and what becomes of the connection. */
export interface FaultyAnswer {
  /** Of what is begun; undefined where no head goes out whole. */
  status: number | undefined
  bytes: Buffer
  /** Absent: the connection goes on. */
  ending?: Ending | 'alert' | 'renegotiation'
  /** What follows behind the renegotiation. */
  rest?: Buffer
}

export const GARBAGE = Buffer.from('\u0000\u0001\u0002 this is not HTTP \u00ff\r\n\r\n', 'latin1')

export function answerUnder(
  fault: Fault | undefined,
  method: string,
  answer: Answer,
  reach: Reach,
): FaultyAnswer {
  if (fault === undefined) return whole(answer)
  switch (fault.kind) {
    case 'half-head': {
      const head = headOf(answer)
      return { status: undefined, bytes: Buffer.from(head.slice(0, head.length / 2)), ending: fault.ending }
    }
    case 'half-body':
      return { ...upTo('half', answer), ending: fault.ending }
    case 'close':
      return { ...whole(fault.announced ? closing(answer) : answer), ending: 'fin' }
    case 'content-length':
      return { ...whole(answer, answer.body.length + fault.by), ending: fault.ending }
    case 'informational': {
      const before = Buffer.from(interim(fault.status).repeat(fault.times ?? 1))
      const { status, bytes } = whole(answer)
      return { status, bytes: Buffer.concat([before, bytes]) }
    }
    case 'status': {
      const page = errorPage(method, fault.status)
      return fault.close ? { ...whole(closing(page)), ending: 'fin' } : whole(page)
    }
    case 'garbage': {
      const { status, bytes } = upTo(reach, answer)
      return { status, bytes: Buffer.concat([bytes, GARBAGE]), ending: 'silence' }
    }
    case 'tls-alert':
      return { ...upTo(reach, answer), ending: 'alert' }
    case 'renegotiation': {
      const { status, bytes } = whole(answer)
      const begun = upTo(reach, answer).bytes
      return { status, bytes: begun, ending: 'renegotiation', rest: bytes.subarray(begun.length) }
    }
    case 'fin':
    case 'rst':
    case 'silence':
      return { ...upTo(reach, answer), ending: fault.kind }
    case 'forget':
      throw new Error('A connection is forgotten where no answer is due.')
    case 'client-certificate':
    case 'other-certificate':
      throw new Error(`The fault ${fault.kind} belongs to the beginning of a connection.`)
  }
}

function whole(answer: Answer, contentLength?: number): FaultyAnswer {
  const head = Buffer.from(headOf(answer, contentLength))
  return { status: answer.status, bytes: Buffer.concat([head, bodyOf(answer)]) }
}

function upTo(reach: Reach, answer: Answer): FaultyAnswer {
  if (reach === 'none') return { status: undefined, bytes: Buffer.alloc(0) }
  const { status, bytes } = whole(answer)
  if (reach === 'all') return { status, bytes }
  return { status, bytes: bytes.subarray(0, bytes.length - Math.ceil(bodyOf(answer).length / 2)) }
}

function closing(answer: Answer): Answer {
  return { ...answer, fields: [...answer.fields, ['Connection', 'close']] }
}
