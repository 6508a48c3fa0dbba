import { describe, expect, it } from 'vitest'
import { FETCHES, FOLLOWING, OPEN, session } from './silent/clients.js'
import { asking, explained, listen, serve } from './silent/told.js'
import { startServer } from './wire.js'

/** No password, no user name of a request's own, no token. */
const SECRET = /Passw0rd|c2VjcmV0|secret/

describe.each(OPEN)('%s, to an origin that is not listed', (_, open) => {
  it('gets the 401, and why is told: each time on the channel, once as a warning', async () => {
    const server = await startServer()
    const listed = `http://localhost:${server.port}`
    const told = listen()
    const { call } = session(open, { origins: listed })
    for (const path of ['', 'again']) expect((await call(server.url + path)).status).toBe(401)
    const differs = `its name is localhost, and the request's 127.0.0.1`
    const event = {
      origin: server.origin,
      code: 'ERR_NTLM_CONFIG',
      ids: ['origin-not-listed'],
      message: expect.stringContaining(differs),
    }
    expect(told.events).toEqual([event, event])
    expect(told.events[0].message).toContain(`${server.origin} offers NTLM, and no log-on was tried.`)
    expect(await told.warnings()).toMatchObject([
      {
        code: 'NTLMKIT_ORIGIN_NOT_LISTED',
        message: expect.stringContaining(`Add '${server.origin}' to origins`),
      },
    ])
    expect(server.log.map(({ leg, status }) => `${leg} ${status}`)).toEqual(['none 401', 'none 401'])
  })

  it('gets the error in the place of the 401 under strict', async () => {
    const server = await startServer()
    const told = listen()
    const { call } = session(open, { origins: 'https://intranet.corp', strict: true })
    const error = await call(server.url).catch((error: unknown) => error)
    expect(explained(error)).toEqual({
      code: 'ERR_NTLM_CONFIG',
      ids: ['origin-not-listed'],
      message: expect.stringContaining(`'https://intranet.corp'`),
    })
    expect(told.events).toHaveLength(1)
  })

  it('hears nothing of a 401 that offers neither NTLM nor Negotiate', async () => {
    const { origin } = await asking(['Basic realm="x"', 'Bearer'])
    const told = listen()
    const { call } = session(open, { origins: 'https://intranet.corp', strict: true })
    expect(await call(`${origin}/`)).toMatchObject({ status: 401, text: 'Who are you?' })
    expect(told.events).toEqual([])
    expect(await told.warnings()).toEqual([])
  })

  it('is not warned where a function said no', async () => {
    const server = await startServer({ schemes: ['negotiate'] })
    const told = listen()
    const { call } = session(open, { origins: () => false })
    expect((await call(server.url)).status).toBe(401)
    expect(told.events).toMatchObject([
      { code: 'ERR_NTLM_CONFIG', ids: ['origin-not-listed'], message: expect.stringContaining('function') },
    ])
    expect(await told.warnings()).toEqual([])
  })
})

describe.each(OPEN)('%s, to an origin that is listed', (name, open) => {
  it('says that an Authorization of the request kept us out, and not what it was', async () => {
    const server = await startServer()
    const told = listen()
    const options = { headers: { authorization: 'Basic c2VjcmV0' } }
    const plain = session(open, { origins: server.origin })
    expect((await plain.call(server.url, options)).status).toBe(401)
    const expected = {
      code: 'ERR_NTLM_CONFIG',
      ids: ['own-authorization'],
      message: expect.stringMatching(/^http:\/\/127.* offers NTLM.*an Authorization of its own \(Basic\)/),
    }
    expect(told.events).toEqual([{ origin: server.origin, ...expected }])
    expect(JSON.stringify(told.events)).not.toMatch(SECRET)
    const strict = session(open, { origins: server.origin, strict: true })
    expect(explained(await strict.call(server.url, options).catch((error: unknown) => error))).toEqual(
      expected,
    )
    expect(told.events).toHaveLength(2)
    expect(await told.warnings()).toEqual([])
  })

  it('leaves the handshake of a request’s own Authorization alone', async () => {
    const { origin } = await asking('NTLM TlRMTVNTUAACAAAA')
    const told = listen()
    const { call } = session(open, { origins: origin, strict: true })
    const options = { headers: { authorization: 'NTLM TlRMTVNTUAABAAAA' } }
    expect((await call(`${origin}/`, options)).status).toBe(401)
    expect(told.events).toEqual([])
  })

  it('says that only Basic is offered', async () => {
    const { origin } = await asking('Basic realm="x"')
    const told = listen()
    const { call } = session(open, { origins: origin })
    expect((await call(`${origin}/`)).status).toBe(401)
    expect(told.events).toMatchObject([{ origin, code: 'ERR_NTLM_NOT_OFFERED', ids: ['not-offered'] }])
    expect(await told.warnings()).toEqual([])
  })

  it('says that it is a proxy that asks', async () => {
    const { origin } = await asking(['NTLM', 'Basic realm="x"'], 407)
    const told = listen()
    const plain = session(open, { origins: origin })
    if (FETCHES.has(name)) await expect(plain.call(`${origin}/`)).rejects.toThrow('fetch failed')
    else expect((await plain.call(`${origin}/`)).status).toBe(407)
    const expected = {
      code: 'ERR_NTLM_PROXY',
      ids: ['proxy-asks'],
      message: expect.stringContaining(`A proxy before ${origin} offers NTLM, Basic`),
    }
    expect(told.events).toEqual([{ origin, ...expected }])
    const strict = session(open, { origins: origin, strict: true })
    expect(explained(await strict.call(`${origin}/`).catch((error: unknown) => error))).toEqual(expected)
    expect(told.events).toHaveLength(2)
    expect(await told.warnings()).toEqual([])
  })
})

describe.each(FOLLOWING)('%s, redirected to another origin', (_, open) => {
  it('hears which origin asked', async () => {
    const server = await startServer()
    const { origin } = await serve((_, response) => {
      response.writeHead(302, { location: `http://localhost:${server.port}/` }).end()
    })
    const told = listen()
    const { call } = session(open, { origins: [origin, server.origin] })
    expect((await call(`${origin}/`, { follow: true })).status).toBe(401)
    expect(told.events).toMatchObject([
      {
        origin: `http://localhost:${server.port}`,
        ids: ['origin-not-listed'],
        message: expect.stringContaining(`is '${server.origin}': its name is 127.0.0.1`),
      },
    ])
    expect(await told.warnings()).toHaveLength(1)
  })
})
