import { describe, expect, it } from 'vitest'
import { belongsToLeg } from '../../src/rules/leg-fields.js'

const ALWAYS = ['Host', 'cookie', 'user-agent', 'accept', 'x-forms_based_auth_accepted', 'x-content-type']
const NEVER = [
  ...['Content-Length', 'Transfer-Encoding', 'Trailer', 'TE', 'Expect', 'Upgrade', 'Connection'],
  ...['Keep-Alive', 'Sec-WebSocket-Key', 'Authorization'],
]

describe('the fields of a leg', () => {
  it.each(ALWAYS)('have %s of the request', (name) => {
    expect([belongsToLeg(name, 'no body'), belongsToLeg(name, 'empty body')]).toEqual([true, true])
  })

  it.each(NEVER)('have no %s', (name) => {
    expect([belongsToLeg(name, 'no body'), belongsToLeg(name, 'empty body')]).toEqual([false, false])
  })

  it.each(['content-type', 'Content-Encoding', 'If-Match', 'If-None-Match', 'Range'])(
    'have %s only where the leg stands for a request with a body: servers look at it first',
    (name) => {
      expect([belongsToLeg(name, 'no body'), belongsToLeg(name, 'empty body')]).toEqual([false, true])
    },
  )
})
