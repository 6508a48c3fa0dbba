import { describe, expect, it } from 'vitest'
import { Answer, closes } from '../../src/rules/answer.js'
import { status } from './told-connection.js'

const answer = (code: number, headers = {}) => new Answer(status(code, headers), 'origin')

describe('an answer', () => {
  it.each([
    ['origin', 401, true],
    ['origin', 407, false],
    ['proxy', 407, true],
    ['proxy', 401, false],
    ['origin', 200, false],
  ] as const)('of the %s with %i asks for authentication: %s', (asker, code, asks) => {
    expect(new Answer(status(code), asker).asks).toBe(asks)
  })

  it.each([
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [404, false],
    [503, false],
  ])('%i lets pass: %s', (code, passes) => {
    expect(answer(code).passes).toBe(passes)
  })

  it.each([
    [200, true],
    [206, true],
    [304, true],
    [403, true],
    [404, true],
    [302, false],
    [400, false],
    [405, false],
    [500, false],
    [503, false],
  ])('%i to an AUTHENTICATE proves the credential: %s', (code, proves) => {
    expect(answer(code).proves).toBe(proves)
  })

  it('of any status proves it with Persistent-Auth', () => {
    expect(answer(503, { 'persistent-auth': 'true' }).proves).toBe(true)
  })

  it.each([
    ['false', true],
    [' False ', true],
    ['true', false],
    [undefined, false],
  ])('with Persistent-Auth %j authenticates one request only: %s', (field, once) => {
    expect(answer(200, { 'persistent-auth': field }).authenticatesOnce).toBe(once)
  })

  it.each([
    [400, true],
    [403, true],
    [405, true],
    [501, true],
    [404, false],
    [500, false],
    [200, false],
  ])('%i may be due to a token: %s', (code, may) => {
    expect(answer(code).mayDislikeToken).toBe(may)
  })

  it('offers schemes in joined and repeated fields, with their tokens', () => {
    const joined = answer(401, { 'www-authenticate': 'Basic realm="a, NTLM b", NTLM abcd, Negotiate' })
    expect(joined.offer('ntlm')?.token).toBe('abcd')
    const repeated = answer(401, { 'www-authenticate': ['Negotiate', 'ntlm abcd'] })
    expect([repeated.offer('negotiate')?.token, repeated.offer('ntlm')?.token]).toEqual([undefined, 'abcd'])
  })

  it('offers a scheme in the order of ours, and none where none is', () => {
    const both = answer(401, { 'www-authenticate': ['NTLM', 'Negotiate'] })
    expect([both.bestOf(['negotiate', 'ntlm']), both.bestOf(['ntlm'])]).toEqual(['negotiate', 'ntlm'])
    expect(answer(401, { 'www-authenticate': 'Basic realm="x"' }).bestOf(['ntlm'])).toBeUndefined()
    expect(answer(401).bestOf(['ntlm', 'negotiate'])).toBeUndefined()
  })

  it('of a proxy offers them in its own field', () => {
    const head = status(407, { 'proxy-authenticate': 'NTLM', 'www-authenticate': 'Negotiate' })
    expect(new Answer(head, 'proxy').bestOf(['negotiate', 'ntlm'])).toBe('ntlm')
  })

  it('has the cookies that are set with it, each as it was written', () => {
    expect(answer(401).cookies).toEqual([])
    expect(answer(401, { 'set-cookie': 'a=1; Path=/' }).cookies).toEqual(['a=1; Path=/'])
    expect(answer(401, { 'set-cookie': ['a=1', 'b=2'] }).cookies).toEqual(['a=1', 'b=2'])
  })

  it.each<[string | string[] | undefined, boolean]>([
    ['close', true],
    ['Close', true],
    ['keep-alive, close', true],
    [['keep-alive', 'close'], true],
    ['keep-alive', false],
    ['not-close', false],
    [undefined, false],
  ])('with Connection %j closes: %s', (connection, expected) => {
    expect(closes(status(200, { connection }))).toBe(expected)
  })
})
