import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { checkAdapter, checkConfig, chosenAdapter, traitsOf } from '../src/request-config.js'

const refused = (code: string) => expect.objectContaining({ code, hint: expect.any(String) })

describe('a request’s config', () => {
  it.each([
    [{ socketPath: '/x' }, 'ERR_NTLM_CONFIG'],
    [{ httpVersion: 2 }, 'ERR_NTLM_CONFIG'],
    [{ httpVersion: '2' }, 'ERR_NTLM_CONFIG'],
  ])('%o is refused', (config, code) => {
    expect(() => checkConfig(config)).toThrow(refused(code))
  })

  it.each([{}, { httpVersion: 1 }, { proxy: false as const }, { httpAgent: {}, httpsAgent: null }])(
    '%o is not',
    (config) => {
      expect(() => checkConfig(config)).not.toThrow()
    },
  )
})

describe('an adapter', () => {
  it.each(['fetch', 'xhr', 'other', [['fetch', 'http']]])('%s is refused', (adapter) => {
    expect(() => checkAdapter(adapter)).toThrow(refused('ERR_NTLM_CONFIG'))
  })

  it.each<[unknown]>([[undefined], ['http'], [['xhr', 'http', 'fetch']], [() => {}], [['http']]])(
    '%s is not',
    (adapter) => {
      expect(() => checkAdapter(adapter)).not.toThrow()
    },
  )
})

describe('the adapter of several', () => {
  const adapter = () => {}
  it.each<[unknown, unknown]>([
    [['xhr', 'http', 'fetch'], 'http'],
    [['http', adapter], 'http'],
    [['xhr', adapter], adapter],
    [adapter, adapter],
    [undefined, undefined],
  ])('of %o is %s', (setting, chosen) => {
    expect(chosenAdapter(setting)).toBe(chosen)
  })
})

describe('what an agent cannot see of a request', () => {
  it.each<[unknown, boolean, boolean]>([
    [undefined, false, true],
    [null, false, true],
    ['', false, true],
    ['abc', true, true],
    [Buffer.from('abc'), true, true],
    [new ArrayBuffer(3), true, true],
    [new Blob(['abc']), true, true],
    [new FormData(), true, true],
    [Readable.from(['abc']), true, false],
    [{ pipe() {}, [Symbol.toStringTag]: 'FormData' }, true, false],
  ])('of %o: a body %s, replayable %s', (data, hasBody, replayable) => {
    expect(traitsOf({ data })).toMatchObject({ hasBody, replayable })
  })

  it('whether it authenticates', () => {
    expect(traitsOf({})).toMatchObject({ authenticate: true })
    expect(traitsOf({ ntlm: false })).toMatchObject({ authenticate: false })
  })

  it('which agents its user gave, and none where it has no credentials of ours', () => {
    const agents = { httpAgent: {}, httpsAgent: null }
    expect(traitsOf(agents).via).toEqual({ http: agents.httpAgent, https: null })
    expect(traitsOf({ ...agents, ntlm: false }).via).toBeUndefined()
  })
})
