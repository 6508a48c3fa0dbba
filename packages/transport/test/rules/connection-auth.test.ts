import { encodeChallenge } from '@ntlmkit/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ResponseHead } from '../../src/rules/answer.js'
import { OutgoingRequest } from '../../src/rules/outgoing-request.js'
import {
  BARE_GET,
  bare,
  basic,
  CARRIED,
  CHALLENGE,
  challenge,
  closing,
  DELETE,
  GET,
  offers,
  ok,
  POST,
  Site,
  STREAM,
  status,
} from './told-connection.js'

let site: Site
beforeEach(() => {
  site = new Site()
})

describe('what the owner of a connection can ask', () => {
  it('is how far it is', () => {
    const connection = site.connect()
    const { auth } = connection
    expect(auth.state).toBe('fresh')
    connection.begin(GET)
    expect(auth.phase).toBe('negotiate')
    connection.answer(challenge)
    expect([auth.state, auth.phase]).toEqual(['challenged', 'authenticate'])
    connection.answer(ok)
    expect(auth.state).toBe('authenticated')
  })

  it('is where the log-on is: at the path of the leg, or of the request', () => {
    const connection = site.connect()
    connection.begin(GET)
    connection.answer(challenge)
    expect(connection.auth.logOnPlace).toMatchObject({ origin: 'http://intranet.corp', path: '/page' })
    connection.answer(ok)
    const stream = new Site().connect()
    stream.begin(STREAM)
    stream.answers(status(503), challenge)
    expect(stream.auth.logOnPlace.path).toBe('/')
  })

  it('is not where an earlier request on it had its leg', () => {
    const connection = site.connect()
    connection.begin(STREAM)
    connection.answers(status(503), ok, ok)
    connection.begin(CARRIED)
    connection.answer(challenge)
    expect(connection.auth.logOnPlace.path).toBe('/page')
  })
})

describe('a proxy', () => {
  it('asks with 407, and in its own fields', () => {
    const connection = site.connect({ asker: 'proxy' })
    expect(connection.auth.credentialsField).toBe('proxy-authorization')
    connection.begin(GET)
    expect(connection.answer(status(407, { 'proxy-authenticate': `NTLM ${CHALLENGE}` }))).toBe('send 3')
  })
})

describe('over TLS', () => {
  it('a binding that cannot be made fails the request', () => {
    const https = new Site({}, 'https://intranet.corp')
    expect(https.connect().begin(GET)).toBe('fail ERR_NTLM_CHANNEL_BINDING')
    const none = new Site({ channelBinding: 'none' }, 'https://intranet.corp')
    expect(none.connect().begin(GET)).toBe('leg HEAD 1')
  })
})

describe('bad input', () => {
  const token = (bytes: Uint8Array) => offers(`NTLM ${Buffer.from(bytes).toString('base64')}`)
  const whole = Buffer.from(CHALLENGE, 'base64')

  it.each<[string, ResponseHead]>([
    ['truncated', token(whole.subarray(0, 20))],
    ['not NTLM at all', token(Buffer.from('hello'))],
    ['no base64', offers('NTLM %%%, Negotiate')],
    ['a NEGOTIATE', token(Buffer.from('NTLMSSP\0\x01\0\0\0', 'latin1'))],
  ])('a challenge that is %s fails at the first leg', (_fault, head) => {
    const connection = site.connect()
    connection.begin(GET)
    expect(connection.answer(head)).toBe('fail ERR_NTLM_BAD_CHALLENGE')
    expect(connection.auth.state).toBe('rejected')
  })

  it('a server that leaves NTLMv1 only is answered with NTLMv2', () => {
    const connection = site.connect()
    connection.begin(GET)
    const nt4 = encodeChallenge({ flags: 0x8201, targetName: 'NT4', serverChallenge: Buffer.alloc(8) })
    expect(connection.answer(token(nt4))).toBe('send 3')
  })

  it('garbage in answer to the client’s own request is the client’s own error', () => {
    const connection = site.connect()
    connection.begin(CARRIED)
    expect(connection.garbled()).toBe('fail garbled')
  })

  it('garbage in answer to a leg of the own method is an error', () => {
    const connection = site.connect()
    connection.begin(GET)
    connection.answer(status(404))
    expect(connection.garbled()).toBe('fail garbled')
  })
})

describe('a server that contradicts itself', () => {
  const HEADS = [ok, bare, basic, challenge, status(503), status(405), closing(bare), closing(ok)]

  const HEAD = { ...GET, method: 'HEAD' }
  const UPGRADE = { ...GET, upgrade: true }

  it('is bounded: 16 answers are enough for any request, whatever they are', () => {
    for (const traits of [
      GET,
      CARRIED,
      BARE_GET,
      DELETE,
      POST,
      STREAM,
      HEAD,
      { ...HEAD, canCarry: true },
      UPGRADE,
    ]) {
      for (let turn = 0; turn < HEADS.length ** 2; turn++) {
        const site = new Site()
        const request = new OutgoingRequest(traits)
        let connection = site.connect()
        let step = connection.begin(request)
        let answers = 0
        for (; !/^(?:deliver|fail|waits)/.test(step) && answers < 30; answers++) {
          if (step === 'reconnect') {
            connection = site.connect()
            step = connection.begin(request)
          } else {
            const which = answers % 2 === 0 ? turn % HEADS.length : Math.floor(turn / HEADS.length)
            step = connection.answer(HEADS[which])
          }
        }
        expect(answers).toBeLessThanOrEqual(16)
      }
    }
  })
})
