import { describe, expect, it } from 'vitest'
import { LegCookies } from '../../src/rules/leg-cookies.js'

const taken = (...lines: string[]) => {
  const cookies = new LegCookies()
  cookies.take(lines)
  return cookies
}

describe('cookies that a leg was answered with', () => {
  it('are none until one comes', () => {
    expect([taken().isEmpty, taken('a=1').isEmpty]).toEqual([true, false])
    expect([taken().sentWith(undefined), taken().sentWith('own=1')]).toEqual([undefined, 'own=1'])
  })

  it('go with what follows, without their attributes, behind the client’s own', () => {
    expect(taken('lb=x; Path=/; HttpOnly').sentWith(undefined)).toBe('lb=x')
    expect(taken('lb=x; Path=/').sentWith('own=1; two=2')).toBe('own=1; two=2; lb=x')
  })

  it('take the place of the client’s own of that name', () => {
    expect(taken('lb=new').sentWith('lb=old; own=1')).toBe('lb=new; own=1')
  })

  it.each(['own=; Max-Age=0', 'own=; max-age=-1', 'own=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
    'take it back by %j',
    (line) => {
      expect(taken(line).sentWith('own=1; two=2')).toBe('two=2')
      expect(taken(line).sentWith('own=1')).toBeUndefined()
    },
  )

  it('are sent where their lifetime is not over', () => {
    expect(taken('a=1; Max-Age=60', 'b=2; Expires=Fri, 01 Jan 2999 00:00:00 GMT').sentWith('')).toContain(
      'a=1; b=2',
    )
  })

  it('are those of the last leg, where several set one', () => {
    const cookies = taken('lb=1', 'other=1')
    cookies.take(['lb=2'])
    expect(cookies.sentWith(undefined)).toBe('other=1; lb=2')
  })

  it('come back to the client as they were written, but for those that its answer sets again', () => {
    const cookies = taken('lb=x; Path=/; HttpOnly', 'session=1')
    expect(cookies.deliveredWith(['session=2; Secure'])).toEqual(['lb=x; Path=/; HttpOnly'])
    expect(cookies.deliveredWith([])).toHaveLength(2)
  })

  it('have a name', () => {
    expect(taken('=x', 'nothing', '; Path=/').isEmpty).toBe(true)
  })

  it('are 50 at most, whatever a server sets', () => {
    const cookies = taken(...Array.from({ length: 60 }, (_, i) => `c${i}=1`))
    cookies.take(['c0=2', 'more=1'])
    expect(cookies.deliveredWith([])).toHaveLength(50)
    expect(cookies.sentWith(undefined)).toContain('c0=2')
  })
})
