import { describe, expect, it } from 'vitest'
import { traceLine } from '../src/trace-line.js'

describe('a line of the debug output', () => {
  it('is an event and its key=value pairs', () => {
    expect(traceLine('leg', { connection: 1, url: 'http://a/b', offers: ['ntlm', 'negotiate'] })).toBe(
      'leg connection=1 url=http://a/b offers=ntlm,negotiate',
    )
  })

  it('leaves out what is not known', () => {
    expect(traceLine('leg', { flags: undefined, ms: 0 })).toBe('leg ms=0')
  })

  it.each([
    ['white space', 'Ask him.', '"Ask him."'],
    ['a quote', 'a"b', '"a\\"b"'],
    ['an equals sign', 'a=b', '"a=b"'],
    ['nothing in it', '', '""'],
  ])('has a value with %s as JSON', (_what, value, written) => {
    expect(traceLine('refused', { value })).toBe(`refused value=${written}`)
  })

  it('is one line, whatever a server has sent, and bounded', () => {
    const line = traceLine('leg', { target: `LAB\n\u001b[2J${'x'.repeat(5000)}` })
    expect(line).toMatch(/^leg target="LAB\\\\u000a\\\\u001b\[2Jx+\.\.\. \(\d+ more\)"$/)
    expect(line.length).toBeLessThan(1000)
  })
})
