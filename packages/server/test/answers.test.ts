import { describe, expect, it } from 'vitest'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf } from './raw-client.js'

stopAfterEach()

const negotiate = () => authorization('NTLM', initiatorOf())

describe('the offers of a 401', () => {
  it('are the schemes in their order, a line each', async () => {
    const server = await start({ schemes: ['negotiate', 'ntlm'] })
    expect((await connect(server).send()).challenges).toEqual(['Negotiate', 'NTLM'])
  })

  it('may be joined in one line', async () => {
    const server = await start({ schemes: ['ntlm', 'negotiate'], joined: true })
    expect((await connect(server).send()).challenges).toEqual(['NTLM, Negotiate'])
  })

  it('may be any others, in any order and repeated', async () => {
    const offers = ['Bearer realm="x, y"', 'ntlm', 'Basic realm="lab"', 'NTLM']
    const server = await start({ offers })
    expect((await connect(server).send()).challenges).toEqual(offers)
  })

  it('are left out beside a token, as IIS does', async () => {
    const server = await start({ offers: ['Negotiate', 'NTLM'] })
    const { challenges } = await connect(server).send({ authorization: negotiate() })
    expect(challenges).toEqual([expect.stringMatching(/^NTLM \S+$/)])
  })

  it('may stand beside a token, in the place of its scheme', async () => {
    const server = await start({
      offers: ['Basic realm="lab"', 'ntlm', 'Negotiate'],
      offerAlways: true,
      joined: true,
    })
    const alice = connect(server)
    const [challenged, answered] = await alice.authenticate()
    expect(challenged.challenges).toEqual([expect.stringMatching(/^Basic realm="lab", NTLM \S+, Negotiate$/)])
    expect(answered.status).toBe(200)
  })

  it('may be missing what the server accepts: the challenge comes all the same', async () => {
    const server = await start({ offers: ['Basic realm="lab"'], offerAlways: true })
    const { challenges } = await connect(server).send({ authorization: negotiate() })
    expect(challenges).toEqual([expect.stringMatching(/^NTLM \S+$/), 'Basic realm="lab"'])
  })
})

describe('a proxy', () => {
  it('answers 407 and reads and writes the Proxy- headers', async () => {
    const server = await start({ proxy: true })
    const alice = connect(server, 'Proxy-Authorization')
    const [challenged, answered] = await alice.authenticate()
    expect(challenged.status).toBe(407)
    expect(challenged.headers).toHaveProperty('proxy-authenticate')
    expect(challenged.headers).not.toHaveProperty('www-authenticate')
    expect(answered.status).toBe(200)
    expect(server.log[0].headers['proxy-authorization']).toBe('NTLM')
  })

  it('takes no notice of Authorization', async () => {
    const server = await start({ proxy: true })
    expect((await connect(server).send({ authorization: negotiate() })).challenges).toEqual(['NTLM'])
  })
})

describe('Connection: close', () => {
  it('may come with a 401 without a token', async () => {
    const server = await start({ close: 'on-401', closeTimes: 1 })
    const alice = connect(server)
    expect((await alice.send()).headers.connection).toBe('close')
    const [challenged, answered] = await alice.authenticate()
    expect(challenged.headers.connection).toBe('keep-alive')
    expect(answered.status).toBe(200)
    expect(server.connections).toBe(2)
  })

  it('may come with the challenge, which is then of no use', async () => {
    const server = await start({ close: 'with-challenge' })
    const [challenged, answered] = await connect(server).authenticate()
    expect(challenged).toMatchObject({ status: 401, headers: { connection: 'close' } })
    expect(answered.status).toBe(401)
    expect(server.log[1]).toMatchObject({ connection: 2, violation: 'not-challenged' })
  })
})

describe('a connection', () => {
  it('may be closed behind the challenge without a word', async () => {
    const server = await start({ close: 'after-challenge', closeTimes: 1 })
    const challenged = await connect(server).send({ authorization: negotiate() })
    expect(challenged.headers.connection).toBe('keep-alive')
    await expect.poll(() => server.openConnections).toBe(0)
    const [, answered] = await connect(server).authenticate()
    expect(answered.status).toBe(200)
  })
})

describe('the body of a 401', () => {
  it('is a sentence', async () => {
    const server = await start()
    expect((await connect(server).send()).body).toBe('Authentication is needed.\n')
  })

  it('may have any size', async () => {
    const server = await start({ refusalSize: 300_000 })
    const answer = await connect(server).send()
    expect(answer.headers).toMatchObject({ 'content-length': '300000' })
    expect(answer.body).toHaveLength(300_000)
  })

  it('may be chunked, on every leg', async () => {
    const server = await start({ refusalSize: 50_000, refusalChunked: true })
    const [challenged, answered] = await connect(server).authenticate()
    expect(challenged.headers).toMatchObject({ 'transfer-encoding': 'chunked' })
    expect(challenged.body).toHaveLength(50_000)
    expect(answered.status).toBe(200)
    expect(server.connections).toBe(1)
  })

  it('may be empty', async () => {
    const server = await start({ refusalSize: 0 })
    expect(await connect(server).send()).toMatchObject({ body: '', headers: { 'content-length': '0' } })
  })
})
