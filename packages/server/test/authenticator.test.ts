import { connect as connectSocket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf } from './raw-client.js'
import { rawRequest } from './raw-request.js'

stopAfterEach()

describe('a handshake', () => {
  it('lets the request with the AUTHENTICATE pass, and those after it without one', async () => {
    const server = await start()
    const alice = connect(server)
    const [challenged, first] = await alice.authenticate({ method: 'POST', body: 'hello' })
    expect(challenged).toMatchObject({
      status: 401,
      challenges: [expect.stringMatching(/^NTLM TlRMTVNTUAAC/)],
    })
    expect(first.status).toBe(200)
    expect(JSON.parse(first.body)).toMatchObject({
      method: 'POST',
      user: 'alice',
      domain: 'LAB',
      bodyBytes: 5,
    })

    const second = await alice.send({ path: '/again' })
    expect(JSON.parse(second.body)).toMatchObject({ path: '/again', user: 'alice' })
    expect(server.connections).toBe(1)
    expect(server.log.map(({ leg, status, user }) => [leg, status, user])).toEqual([
      ['negotiate', 401, undefined],
      ['authenticate', 200, 'alice'],
      ['none', 200, 'alice'],
    ])
  })

  it('records what the AUTHENTICATE said', async () => {
    const server = await start()
    await connect(server).authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { targetName: 'HTTP/x', workstation: 'PC' }),
    )
    expect(server.log[1]).toMatchObject({
      scheme: 'ntlm',
      user: 'alice',
      domain: 'LAB',
      workstation: 'PC',
      mic: true,
      targetName: 'HTTP/x',
    })
  })

  it('answers a wrong password with a bare 401 and says why in the log only', async () => {
    const server = await start()
    const [, refused] = await connect(server).authenticate({}, initiatorOf('LAB\\alice', 'wrong'))
    expect(refused).toMatchObject({ status: 401, challenges: ['NTLM'] })
    expect(refused.body).not.toMatch(/password/i)
    expect(server.log[1]).toMatchObject({
      leg: 'authenticate',
      user: 'alice',
      failed: 'password',
      status: 401,
    })
  })

  it('answers an unknown account like a wrong password', async () => {
    const server = await start()
    const [, refused] = await connect(server).authenticate({}, initiatorOf('LAB\\nobody', 'wrong'))
    expect(refused).toMatchObject({ status: 401, challenges: ['NTLM'] })
    expect(server.log[1].failed).toBe('account')
  })

  it('may be tried again on the same connection after a failure', async () => {
    const server = await start()
    const alice = connect(server)
    await alice.authenticate({}, initiatorOf('LAB\\alice', 'wrong'))
    const [, accepted] = await alice.authenticate()
    expect(accepted.status).toBe(200)
    expect(server.connections).toBe(1)
  })
})

describe('a connection', () => {
  it('of its own knows nothing of another', async () => {
    const server = await start()
    await connect(server).authenticate()
    expect(await connect(server).send()).toMatchObject({ status: 401, challenges: ['NTLM'] })
  })

  it('that was not challenged cannot be authenticated: the AUTHENTICATE belongs where the CHALLENGE came from', async () => {
    const server = await start()
    const initiator = initiatorOf()
    const challenged = await connect(server).send({ authorization: authorization('NTLM', initiator) })
    const elsewhere = await connect(server).answer(challenged, {}, initiator)
    expect(elsewhere).toMatchObject({ status: 401, headers: { connection: 'close' } })
    expect(server.log[1].violation).toBe('not-challenged')
  })

  it('that is challenged serves nothing in between, and the handshake is over', async () => {
    const server = await start({ anonymous: ['/public'] })
    const initiator = initiatorOf()
    const alice = connect(server)
    const challenged = await alice.send({ authorization: authorization('NTLM', initiator) })
    const between = await alice.send({ path: '/public' })
    expect(between).toMatchObject({ status: 401, headers: { connection: 'close' } })
    expect((await alice.answer(challenged, {}, initiator)).status).toBe(401)
    expect(server.log.map(({ violation }) => violation)).toEqual([
      undefined,
      'between-legs',
      'not-challenged',
    ])
  })

  it('that is challenged is not challenged a second time', async () => {
    const server = await start()
    const alice = connect(server)
    await alice.send({ authorization: authorization('NTLM', initiatorOf()) })
    await alice.send({ authorization: authorization('NTLM', initiatorOf()) })
    expect(server.log[1]).toMatchObject({ leg: 'negotiate', violation: 'between-legs', status: 401 })
  })

  it('may be authenticated again; as somebody else it is recorded', async () => {
    const server = await start()
    const shared = connect(server)
    await shared.authenticate()
    await shared.authenticate()
    expect(server.log[3]).toMatchObject({ user: 'alice', status: 200 })
    expect(server.log[3].violation).toBeUndefined()
    await shared.authenticate({}, initiatorOf('LAB\\bob', 'Secret2'))
    expect(server.log[5]).toMatchObject({ user: 'bob', violation: 'second-user', status: 200 })
    expect(JSON.parse((await shared.send()).body).user).toBe('bob')
  })
})

describe('a token', () => {
  it.each([
    ['that is no message', Buffer.from('hello').toString('base64')],
    ['that is empty', ''],
    ['that is a CHALLENGE', Buffer.from('NTLMSSP\0\x02\0\0\0').toString('base64')],
  ])('%s is refused and recorded', async (_, token) => {
    const server = await start()
    expect(await connect(server).send({ authorization: `NTLM ${token}` })).toMatchObject({
      status: 401,
      challenges: ['NTLM'],
    })
    expect(server.log[0]).toMatchObject({ leg: 'none', violation: 'malformed-token' })
  })

  it('that begins well and goes on badly is refused and recorded', async () => {
    const server = await start()
    const alice = connect(server)
    const initiator = initiatorOf()
    const challenged = await alice.send({ authorization: authorization('NTLM', initiator) })
    expect(challenged.status).toBe(401)
    const broken = await alice.send({
      authorization: `NTLM ${Buffer.from('NTLMSSP\0\x03\0\0\0').toString('base64')}`,
    })
    expect(broken.status).toBe(401)
    expect(server.log[1]).toMatchObject({ leg: 'authenticate', violation: 'malformed-token' })
  })

  it('of a scheme that is not on offer is as good as none', async () => {
    const server = await start()
    const answer = await connect(server).send({ authorization: authorization('Negotiate', initiatorOf()) })
    expect(answer).toMatchObject({ status: 401, challenges: ['NTLM'] })
    expect(server.log[0]).toMatchObject({ leg: 'none' })
    expect(server.log[0].scheme).toBeUndefined()
  })
})

describe('what is asked of an AUTHENTICATE', () => {
  it('includes a MIC wherever the challenge has a timestamp', async () => {
    const server = await start()
    await connect(server).authenticate()
    expect(server.log[1]).toMatchObject({ mic: true, status: 200 })
  })

  it('includes no MIC without a timestamp', async () => {
    const server = await start({ timestamp: false })
    await connect(server).authenticate()
    expect(server.log[1]).toMatchObject({ mic: false, status: 200 })
  })

  it('includes the right service principal name, if one is asked for', async () => {
    const server = await start({ spn: (name) => name === 'HTTP/right' })
    const [, right] = await connect(server).authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { targetName: 'HTTP/right' }),
    )
    const [, wrong] = await connect(server).authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { targetName: 'HTTP/wrong' }),
    )
    expect([right.status, wrong.status]).toEqual([200, 401])
    expect(server.log.at(-1)?.failed).toBe('target-name')
  })
})

describe('a service principal name', () => {
  it.each([async () => false, async () => true, () => undefined, () => 'yes'])(
    'is right by a true and by nothing else: %s',
    async (answer) => {
      const server = await start({ spn: answer as unknown as () => boolean })
      expect((await connect(server).authenticate())[1].status).toBe(401)
      expect(server.log[1].failed).toBe('target-name')
    },
  )
})

describe('an authentication', () => {
  it('that lasts one request is announced as such', async () => {
    const server = await start({ persist: 'request' })
    const alice = connect(server)
    const [, first] = await alice.authenticate()
    expect(first).toMatchObject({ status: 200, headers: { 'persistent-auth': 'false' } })
    expect((await alice.send()).status).toBe(401)
    const [, second] = await alice.authenticate()
    expect(second.status).toBe(200)
    expect(server.connections).toBe(1)
  })

  it('may last one request without a word about it', async () => {
    const server = await start({ persist: 1 })
    const alice = connect(server)
    const [, first] = await alice.authenticate()
    expect(first.headers).not.toHaveProperty('persistent-auth')
    expect((await alice.send()).status).toBe(401)
  })

  it('is forgotten after so many requests', async () => {
    const server = await start({ persist: 3 })
    const alice = connect(server)
    await alice.authenticate()
    const statuses = [await alice.send(), await alice.send(), await alice.send()].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 401])
  })

  it('that lasts as long as the connection may be announced too', async () => {
    const server = await start({ persistentAuthHeader: true })
    const alice = connect(server)
    const [, first] = await alice.authenticate()
    expect(first.headers['persistent-auth']).toBe('true')
    expect((await alice.send()).headers).not.toHaveProperty('persistent-auth')
  })
})

describe('a path', () => {
  it('that is anonymous needs no authentication, below it neither where it says so', async () => {
    const server = await start({ anonymous: ['/health', '/public/*'] })
    const nobody = connect(server)
    const paths = ['/health', '/health?deep', '/public/', '/public/a/b', '/', '/healthy', '/public']
    const statuses: number[] = []
    for (const path of paths) statuses.push((await nobody.send({ path })).status)
    expect(statuses).toEqual([200, 200, 200, 200, 401, 401, 401])
    expect(server.log[0]).toMatchObject({ leg: 'anonymous', status: 200 })
    expect(server.log[0].user).toBeUndefined()
  })

  it('may be anonymous by a predicate', async () => {
    const server = await start({ anonymous: ({ method }) => method === 'OPTIONS' })
    expect((await connect(server).send({ method: 'OPTIONS' })).status).toBe(200)
    expect((await connect(server).send()).status).toBe(401)
  })

  it('that is anonymous ignores a token', async () => {
    const server = await start({ anonymous: ['/public'] })
    const answer = await connect(server).send({
      path: '/public',
      authorization: authorization('NTLM', initiatorOf()),
    })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body).user).toBeNull()
    expect(server.log[0]).toMatchObject({ leg: 'negotiate', status: 200 })
  })
})

describe('a HEAD', () => {
  it.each([200, 404, 405] as const)(
    'may be answered by %d while other methods need authentication',
    async (status) => {
      const server = await start({ head: status })
      const alice = connect(server)
      const head = await alice.send({ method: 'HEAD', authorization: authorization('NTLM', initiatorOf()) })
      expect(head).toMatchObject({ status, challenges: [] })
      const [challenged, answered] = await alice.authenticate()
      expect([challenged.status, answered.status]).toEqual([401, 200])
    },
  )
})

describe('a HEAD that is answered without framing', () => {
  const head = (fields = '') => `HEAD / HTTP/1.1\r\nHost: x\r\n${fields}\r\n`

  it('has a 401 of WWW-Authenticate and Date, and the connection goes on', async () => {
    const server = await start({ head: 'unframed', schemes: ['negotiate', 'ntlm'] })
    const answers = await rawRequest(server.port, `${head()}${head('Connection: close\r\n')}`)
    const bare =
      /^HTTP\/1\.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nDate: [^\r]+\r\n\r\n/
    expect(answers).toMatch(bare)
    expect(answers.replace(bare, '')).toMatch(bare)
    expect(answers.replace(bare, '').replace(bare, '')).toBe('')
    expect(server.connections).toBe(1)
  })

  // Node's own client, like others, takes such an answer to be open-ended and closes the connection.
  it('is challenged and let in on one connection', async () => {
    const server = await start({ head: 'unframed' })
    const initiator = initiatorOf()
    const socket = connectSocket(server.port, '127.0.0.1')
    const field = (token?: Buffer) => `Authorization: ${authorization('NTLM', initiator, token)}\r\n`
    const received: Buffer[] = []
    socket.on('data', (chunk) => received.push(chunk))
    const answers = () => Buffer.concat(received).toString('latin1')
    socket.write(head(field()))
    await expect
      .poll(answers)
      .toMatch(/^HTTP\/1\.1 401 Unauthorized\r\nWWW-Authenticate: NTLM \S+\r\nDate: [^\r]+\r\n\r\n$/)
    socket.write(head(field(Buffer.from(/NTLM (\S+)/.exec(answers())![1], 'base64'))))
    await expect.poll(answers).toContain('HTTP/1.1 200 OK')
    expect(server.log.map(({ connection, user }) => [connection, user])).toEqual([
      [1, undefined],
      [1, 'alice'],
    ])
    socket.destroy()
  })

  it('leaves their length to the 401s of other methods', async () => {
    const server = await start({ head: 'unframed' })
    expect((await connect(server).send()).headers).toHaveProperty('content-length')
  })
})

describe('kernel mode', () => {
  it('answers the first request of a connection with a bare 401 although it carries a token', async () => {
    const server = await start({ kernelMode: true })
    const alice = connect(server)
    const first = await alice.send({ authorization: authorization('NTLM', initiatorOf()) })
    expect(first).toMatchObject({ status: 401, challenges: ['NTLM'] })
    const [challenged, answered] = await alice.authenticate()
    expect([challenged.status, answered.status]).toEqual([401, 200])
    expect(server.log[0].leg).toBe('negotiate')
  })
})
