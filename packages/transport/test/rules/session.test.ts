import { describe, expect, it } from 'vitest'
import { failures } from '../../src/index.js'
import { resolveOptions } from '../../src/rules/options.js'
import { nextInOrder, OutgoingRequest } from '../../src/rules/outgoing-request.js'
import { Session } from '../../src/rules/session.js'
import { ALICE, GET, ORIGIN } from './told-connection.js'

const options = resolveOptions({ username: 'a', password: 'b', origins: '*' })
const waiter = { admit() {}, refuse() {} }

describe('a session', () => {
  it('learns by origin', () => {
    const session = new Session(options)
    session.at('http://a').memory.learnScheme('ntlm')
    expect(session.at('http://a').memory.scheme).toBe('ntlm')
    expect(session.at('http://b').memory.scheme).toBeUndefined()
  })

  it('has the log-ons of one identity over all its origins, and of no other', () => {
    const session = new Session(options)
    expect(session.at('http://a').logOns).toBe(session.at('http://b').logOns)
    expect(new Session(options).at('http://a').logOns).not.toBe(session.at('http://a').logOns)
  })

  it('forgets the origin that was not used for longest, from 1,000', () => {
    const session = new Session(options)
    const [first, second] = ['http://first', 'http://second'].map((origin) => session.at(origin))
    for (let i = 0; i < 998; i++) session.at(`http://${i}`)
    session.at('http://first')
    session.at('http://more')
    expect(session.at('http://first')).toBe(first)
    expect(session.at('http://second')).not.toBe(second)
  })

  it('refuses unsent only what is known to need a log-on, or began before it was refused', () => {
    const { memory, logOns, refusal } = new Session(options).at(ORIGIN)
    const waited = new OutgoingRequest(GET)
    logOns.enter(
      { origin: ORIGIN, path: '/page', credential: ALICE, order: nextInOrder() },
      waiter,
      (logOn) => {
        logOn.refused(failures.rejected(ORIGIN, 'NTLM', 'alice'))
      },
    )
    const request = new OutgoingRequest(GET)
    expect(refusal(ALICE, request)).toBeUndefined()
    expect(refusal(ALICE, waited)).toMatchObject({ code: 'ERR_NTLM_REJECTED' })
    memory.learnAsks('GET', '/page', true)
    expect(refusal(ALICE, request)).toMatchObject({ code: 'ERR_NTLM_REJECTED' })
  })
})
