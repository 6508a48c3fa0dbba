import { describe, expect, it } from 'vitest'
import { bodyOf, checksum } from './src/body.js'
import { NAMES_OF_FAULTS } from './src/kinds-of-fault.js'
import type { DrawnRequest } from './src/request-source.js'
import { StagedRun } from './staged-run.js'

const MEGABYTE = 2 ** 20
const RULES = {
  identity: 'No request ran as another user',
  answers: 'No answer went to another request',
  lost: 'Nothing answered was lost',
  doubled: 'Nothing was acted on twice that may not be',
  whole: 'The application got every request as it was made',
  ended: 'Every request ended',
  expected: 'Every failure was one that the faults lead to',
  memory: 'Memory is flat',
  pools: 'Sockets stay within the pools',
  left: 'No socket is left',
  quiet: 'No unhandled rejection, no uncaught exception, no warning',
  served: 'Most requests of every client were answered with 200',
  faults: 'Every kind of fault happened',
}
const POST = { method: 'POST', body: 'buffer', length: 5000 } as const
const PUT = { method: 'PUT', body: 'buffer', length: 5000 } as const

/** A run of requests that went well: by default, one. */
function wellDone(...requests: readonly Partial<DrawnRequest>[]): StagedRun {
  const run = new StagedRun(...(requests.length > 0 ? requests : [{}]))
  for (const { index } of run.requests) {
    run.acts(index)
    run.answered(index)
  }
  return run
}

describe('a run', () => {
  it('keeps every rule when every request is acted on once, as its user, and answered', () => {
    expect(wellDone({}, POST, PUT, { user: 'žofie' }, { method: 'HEAD' }).broken).toEqual([])
  })

  it('keeps every rule when failures are those that the faults lead to', () => {
    const run = new StagedRun({}, {}, {}, { ...POST })
    for (const index of [0, 1]) run.acts(index)
    for (const index of [0, 1]) run.answered(index)
    run.fails(2, 'ERR_NTLM_CONNECTION_CLOSED')
    run.acts(3, { status: undefined })
    run.fails(3, 'ECONNRESET')
    expect(run.broken).toEqual([])
  })
})

describe('identity', () => {
  it('is broken by a connection that is another user’s', () => {
    const run = new StagedRun({})
    run.acts(0, { user: 'bob', target: '/alice' })
    run.answered(0)
    expect(run.broken).toEqual([RULES.identity])
  })

  it('is broken by a request that went through another user’s session', () => {
    const run = new StagedRun({})
    run.acts(0, { target: '/bob' })
    run.answered(0)
    expect(run.broken).toEqual([RULES.identity])
  })

  it('is broken by a token on a connection it does not belong to', () => {
    const run = wellDone()
    run.acts(0, { delivered: false, violation: 'authenticate-without-challenge' })
    expect(run.broken).toEqual([RULES.identity])
  })

  it.each([
    ['another request', { case: 1 }],
    ['another user', { user: 'bob' }],
    ['nobody, as it is cut', { text: '{"user":"alice"' }],
  ])('is broken by an answer to %s', (_, seen) => {
    const run = new StagedRun({})
    run.acts(0)
    run.answered(0, seen)
    expect(run.broken).toEqual([RULES.answers])
  })
})

describe('nothing lost, nothing doubled', () => {
  it('is broken by a 200 to a request that the application never got', () => {
    const run = new StagedRun(POST)
    run.answered(0)
    expect(run.broken).toEqual([RULES.lost])
  })

  it.each([
    ['a POST, whatever became of the answer', POST, undefined],
    ['a PUT of a client that writes it in pieces', { ...PUT, client: 'got stream' }, undefined],
    ['a GET that was answered', {}, 200],
    ['a PUT that was answered', PUT, 200],
  ])('is broken by two acts for %s', (_, request, firstStatus) => {
    const run = new StagedRun(request)
    run.acts(0, { status: firstStatus })
    run.acts(0)
    run.answered(0)
    expect(run.broken).toEqual([RULES.doubled])
  })

  it.each([
    ['a GET', {}],
    ['a HEAD', { method: 'HEAD' } as const],
    ['a GET that was handed to node:http', { client: 'http.request' }],
    ['a PUT', PUT],
  ])('is kept by %s that goes again as no byte of an answer came', (_, request) => {
    const run = new StagedRun(request)
    run.acts(0, { status: undefined })
    run.acts(0)
    run.answered(0)
    expect(run.broken).toEqual([])
  })

  it('is kept by a GET that goes again as its answer was lost with a reset', () => {
    const run = new StagedRun({}, POST)
    for (const index of [0, 1]) {
      run.hidden.breaksSoon(0, 1)
      run.acts(index)
      run.hidden.hasBroken(0, 1)
      run.acts(index)
      run.answered(index)
    }
    const doubled = ['request 1, undici request POST of 5000 bytes (buffer)']
    expect(run.broken).toEqual([RULES.doubled])
    expect(run.examplesOf(RULES.doubled)).toEqual(doubled)
  })

  it('is broken by more acts than there are connections for', () => {
    const run = new StagedRun({})
    for (let times = 0; times < 4; times++) run.acts(0, { status: undefined })
    expect(run.broken).not.toContain(RULES.doubled)
    run.acts(0, { status: undefined })
    expect(run.broken).toContain(RULES.doubled)
  })

  it.each(['http.request', 'undici request'])(
    'takes two HEADs of %s for one and the one that proves',
    (client) => {
      const run = new StagedRun({ client, method: 'HEAD' })
      run.acts(0)
      run.acts(0)
      run.answered(0)
      expect(run.broken).toEqual([])
      run.acts(0)
      expect(run.broken).toEqual([RULES.doubled])
    },
  )

  it('does not take a GET for an act that proved a credential, where a fault met its connection', () => {
    const run = new StagedRun({}, {})
    for (const index of [0, 1]) {
      run.acts(index, { connection: 1 + index, carried: 'AUTHENTICATE' })
      if (index === 0) run.hidden.becomesFaulty(0, 1)
      run.acts(index, { connection: 3 + index, carried: 'AUTHENTICATE' })
      run.answered(index)
    }
    expect(run.broken).toEqual([RULES.doubled])
    expect(run.examplesOf(RULES.doubled)).toEqual(['request 1, undici request GET'])
  })

  it('does not take a request for an act of which the server says that it is misdirected', () => {
    const run = new StagedRun(POST)
    run.acts(0, { status: 421 })
    run.acts(0)
    run.answered(0)
    expect(run.broken).toEqual([])
  })

  it('does not take a HEAD that only asks for an act', () => {
    const run = wellDone(POST)
    run.acts(0, { method: 'HEAD', bodyBytes: 0 })
    expect(run.broken).toEqual([])
    expect(run.account.report.probes).toBe(1)
  })
})

describe('nothing cut', () => {
  it.each([
    ['a body of less bytes', { bodyBytes: 4999 }],
    ['a body of more bytes', { bodyBytes: 5001 }],
    ['the body of another request', { bodySha256: checksum(bodyOf(1, 5000)) }],
    ['another method', { method: 'PUT' }],
  ])('is broken by %s', (_, seen) => {
    const run = wellDone(POST)
    run.acts(0, seen)
    expect(run.broken).toContain(RULES.whole)
  })

  it('takes no cut body for an act', () => {
    const run = new StagedRun(POST)
    run.acts(0, { bodyBytes: 4999 })
    run.answered(0)
    expect(run.broken).toEqual([RULES.lost, RULES.whole])
  })

  it('is broken by a request that nobody made', () => {
    const run = wellDone()
    run.acts(0, { caseId: '7' })
    expect(run.broken).toEqual([RULES.whole])
  })
})

describe('the ends of requests', () => {
  it('must all have come', () => {
    const run = wellDone({})
    run.ledger.begin(run.requests[0])
    expect(run.broken).toEqual([RULES.ended])
  })

  it('must have come in time', () => {
    const run = wellDone({})
    run.evidence.hanging = [0]
    expect(run.broken).toEqual([RULES.ended])
    expect(run.examplesOf(RULES.ended)).toEqual(['request 0, undici request GET'])
  })

  it.each(['ERR_NTLM_REJECTED', 'ERR_INVALID_STATE', 'ERR_ASSERTION'])('may not be %s', (code) => {
    const run = wellDone({}, {})
    run.requests.forEach(({ index }) => {
      run.ledger.begin(run.requests[index])
    })
    run.fails(0, code)
    run.fails(1, 'ECONNRESET')
    expect(run.broken).toEqual([RULES.expected])
  })

  it('may not be failures, mostly', () => {
    const run = new StagedRun({}, {}, {})
    run.acts(0)
    run.answered(0)
    run.fails(1, 'ECONNRESET')
    run.fails(2, 'ECONNRESET')
    expect(run.broken).toEqual([RULES.served])
  })
})

describe('the faults', () => {
  it('must all have happened, once there were requests enough', () => {
    const run = wellDone()
    run.evidence.faultRate = 10_000
    run.evidence.left = { openSockets: 0, connections: 1, injected: { FIN: 1, RST: 1 }, troubles: [] }
    expect(run.broken).toEqual([RULES.faults])
    const injected = Object.fromEntries(NAMES_OF_FAULTS.map((name) => [name, 1]))
    run.evidence.left = { openSockets: 0, connections: 1, injected, troubles: [] }
    expect(run.broken).toEqual([])
  })
})

describe('what is held', () => {
  it.each([
    ['grows by a share that is too large', { half: 100, end: 111 }, [RULES.memory]],
    ['grows by megabytes, where a share would be little', { half: 20, end: 29 }, [RULES.memory]],
    ['grows no more than code that is compiled', { half: 20, end: 27 }, []],
    ['was never measured', undefined, [RULES.memory]],
  ])('is judged when it %s', (_, megabytes, broken) => {
    const run = wellDone()
    run.evidence.heldAtRest = megabytes && {
      half: megabytes.half * MEGABYTE,
      end: megabytes.end * MEGABYTE,
    }
    expect(run.broken).toEqual(broken)
  })

  it('is more than the pools allow, on either side', () => {
    const run = wellDone()
    const within = { most: 200, mostAbove: 0, last: 0 }
    const above = { most: 300, mostAbove: 100, last: 0 }
    run.evidence.sockets = { clients: above, servers: within, clientsLeft: 0 }
    expect(run.broken).toEqual([RULES.pools])
    run.evidence.sockets = { clients: within, servers: above, clientsLeft: 0 }
    expect(run.broken).toEqual([RULES.pools])
  })

  it('is a socket, on either side', () => {
    const run = wellDone()
    const within = { most: 200, mostAbove: 0, last: 0 }
    run.evidence.sockets = { clients: within, servers: within, clientsLeft: 1 }
    expect(run.broken).toEqual([RULES.left])
    const other = wellDone()
    other.evidence.left = { openSockets: 1, connections: 1, injected: {}, troubles: [] }
    expect(other.broken).toEqual([RULES.left])
  })

  it('is an error that nobody handled', () => {
    const run = wellDone()
    run.evidence.troubles = ['unhandled rejection: Error']
    expect(run.broken).toEqual([RULES.quiet])
  })
})
