import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Credential } from '../../src/credentials.js'
import { OriginMemory } from '../../src/http/origin-memory.js'
import { OutgoingRequest, type RequestTraits } from '../../src/http/outgoing-request.js'
import { BARE_GET, bare, Connection, challenge, closing, GET, ORIGIN, ok } from './told-connection.js'

const HOME: RequestTraits = { ...GET, path: '/home' }
const FORBIDDEN: RequestTraits = { ...GET, path: '/forbidden' }
const head401 = bare
const rotated = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 4))

let memory: OriginMemory
beforeEach(() => {
  memory = new OriginMemory(ORIGIN)
})

/** Alice was accepted for `/home`, and then refused for `/forbidden` on the same connection. */
function doubted(): void {
  const connection = new Connection(memory)
  connection.authenticate(HOME)
  connection.begin(FORBIDDEN)
  connection.answer(bare)
  connection.answer(challenge)
  expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
}

describe('a 401 in spite of an AUTHENTICATE whose credential was accepted before', () => {
  it('is a matter of rights, and says so', () => {
    const connection = new Connection(memory, { strict: true })
    connection.authenticate(HOME)
    connection.begin(FORBIDDEN)
    connection.answer(bare)
    connection.answer(challenge)
    connection.answer(bare)
    expect(connection.error).toMatchObject({
      code: 'ERR_NTLM_REJECTED',
      phase: 'authenticate',
      message: `${ORIGIN} accepted the NTLM credentials of LAB\\alice before, and refuses this request.`,
      hint: expect.stringContaining('right to this URL'),
    })
  })

  it('refuses nobody who waits, and lets handshakes go one at a time until it is cleared up', () => {
    const waiting = new OutgoingRequest(HOME, memory)
    doubted()
    expect(waiting.rejectedMeanwhile(memory)).toBeUndefined()
    const [first, second] = [
      { admit: vi.fn(), refuse: vi.fn() },
      { admit: vi.fn(), refuse: vi.fn() },
    ]
    memory.gate.enter(first)
    memory.gate.enter(second)
    expect([first.admit.mock.calls.length, second.admit.mock.calls.length]).toEqual([1, 0])
  })

  it('does not make the origin one that authenticates every request', () => {
    doubted()
    expect(memory.perRequest).toBe(false)
  })

  it('makes the next handshake prove itself where the credential was accepted, and the request follows', () => {
    doubted()
    const connection = new Connection(memory)
    expect(connection.begin(FORBIDDEN)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('leg HEAD /home 3')
    expect(connection.answer(ok)).toBe('send')
    expect(connection.answer({ status: 403, headers: {} })).toBe('deliver')
    expect(new Connection(memory).begin(HOME)).toBe('leg HEAD 1')
  })

  it('is final where the request is refused behind its proof', () => {
    doubted()
    const connection = new Connection(memory)
    connection.begin(FORBIDDEN)
    connection.answer(challenge)
    connection.answer(ok)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect(memory.perRequest).toBe(false)
  })

  it('is cleared up by the proof: the handshake after it goes as ever', () => {
    doubted()
    const connection = new Connection(memory)
    connection.begin(HOME)
    connection.answer(challenge)
    connection.answer(ok)
    const next = new Connection(memory)
    next.begin(HOME)
    expect(next.answer(challenge)).toBe('send 3')
  })

  it('whose proof is refused too: the password has changed, and nobody tries it again', () => {
    const waiting = new OutgoingRequest(HOME, memory)
    doubted()
    const connection = new Connection(memory)
    connection.begin(HOME)
    connection.answer(challenge)
    expect(connection.answer(bare)).toBe('fail ERR_NTLM_REJECTED')
    expect(connection.error).toMatchObject({
      message: `${ORIGIN} rejected the credentials while this request waited.`,
      cause: { message: `${ORIGIN} rejected the NTLM credentials of LAB\\alice.` },
    })
    expect(new Connection(memory).begin(waiting)).toBe('fail ERR_NTLM_REJECTED')
  })

  it('whose proof is answered by a close goes on with a new connection', () => {
    doubted()
    const connection = new Connection(memory)
    connection.begin(HOME)
    connection.answer(challenge)
    expect(connection.answer(closing(ok))).toBe('reconnect')
  })

  it('whose request loses its connection behind the proof is authenticated anew', () => {
    doubted()
    const request = new OutgoingRequest(HOME, memory)
    const connection = new Connection(memory)
    connection.begin(request)
    connection.answer(challenge)
    connection.answer(ok)
    expect(connection.lost()).toBe('reconnect')
    const next = new Connection(memory)
    expect(next.begin(request)).toBe('leg HEAD 1')
    expect(next.answer(challenge)).toBe('send 3')
    expect(next.answer(ok)).toBe('deliver')
  })

  it('whose proof is lost starts over', () => {
    doubted()
    const connection = new Connection(memory)
    connection.begin(HOME)
    connection.answer(challenge)
    expect(connection.lost()).toBe('reconnect')
  })

  it('is no doubt about another password: that one is tried as it is', () => {
    doubted()
    const connection = new Connection(memory, {}, { credential: rotated })
    connection.begin(FORBIDDEN)
    expect(connection.answer(challenge)).toBe('send 3')
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect(memory.rejection?.message).toBe(`${ORIGIN} rejected the NTLM credentials of LAB\\alice.`)
  })
})

describe('an authenticated connection that refuses a request', () => {
  it('and answers the NEGOTIATE with no challenge: the request goes once more, and its 401 is the response', () => {
    const connection = new Connection(memory)
    connection.authenticate(HOME)
    connection.begin(FORBIDDEN)
    expect(connection.answer(bare)).toBe('leg HEAD 1')
    expect(connection.answer(head401)).toBe('send')
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('and lets the NEGOTIATE pass as a HEAD is asked with its own method, and not for ever', () => {
    const connection = new Connection(memory)
    connection.authenticate(HOME)
    connection.begin(FORBIDDEN)
    connection.answer(bare)
    expect(connection.answer(ok)).toBe('leg GET 1')
    expect(connection.answer(ok)).toBe('send')
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
  })

  it('is followed by a handshake of its own where only the client can send the request again', () => {
    const first = new Connection(memory)
    first.authenticate(HOME)
    const request = new OutgoingRequest(FORBIDDEN, memory)
    first.begin(request)
    first.answer(bare)
    const other = new Connection(memory)
    other.authenticate(HOME)
    expect(other.begin(request)).toBe('leg HEAD 1')
  })
})

describe('a server that may authenticate every request: what cannot be sent again was refused by its second', () => {
  function suspected(): Connection {
    const connection = new Connection(memory)
    connection.authenticate(BARE_GET)
    connection.begin(BARE_GET)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_BODY_NOT_REPLAYABLE')
    const next = new Connection(memory)
    next.authenticate(BARE_GET)
    return next
  }

  it('is asked with a HEAD without a token before the next such request', () => {
    expect(suspected().begin(BARE_GET)).toBe('leg HEAD')
  })

  it('does, when that is refused and a handshake helps: remembered', () => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection.answer(bare)).toBe('leg HEAD 1')
    expect(connection.answer(challenge)).toBe('send 3')
    expect(connection.answer(ok)).toBe('deliver')
    expect(memory.perRequest).toBe(true)
    expect(connection.begin(BARE_GET)).toBe('leg HEAD 1')
  })

  it('does not, when that passes: the request follows, and nobody asks again', () => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection.answer(ok)).toBe('send')
    connection.answer(ok)
    expect(connection.begin(BARE_GET)).toBe('send')
    expect(memory.perRequest).toBe(false)
  })

  it('does not, when it was one of rights: a handshake does not help there', () => {
    const connection = suspected()
    connection.begin({ ...BARE_GET, path: '/forbidden' })
    expect(connection.answer(bare)).toBe('leg HEAD 1')
    connection.answer(challenge)
    expect(connection.answer(bare)).toBe('deliver, close ERR_NTLM_REJECTED')
    expect(memory.perRequest).toBe(false)
  })

  it('is not asked by what can be sent again', () => {
    expect(suspected().begin(GET)).toBe('send')
  })

  it('whose HEAD is lost begins on a new connection', () => {
    const connection = suspected()
    connection.begin(BARE_GET)
    expect(connection.lost()).toBe('reconnect')
  })
})
