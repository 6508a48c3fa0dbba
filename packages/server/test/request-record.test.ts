import { describe, expect, it } from 'vitest'
import { connect, start, stopAfterEach } from './fixture.js'
import { authorization, initiatorOf } from './raw-client.js'

stopAfterEach()

describe('a record', () => {
  it('has the headers, but of credentials only the scheme', async () => {
    const server = await start({ schemes: ['ntlm', 'negotiate'] })
    const alice = connect(server)
    await alice.authenticate({ headers: { 'X-Custom': 'y', 'Proxy-Authorization': 'Basic c2VjcmV0' } })
    await alice.send({ authorization: 'Basic c2VjcmV0' })
    expect(server.log[1].headers).toMatchObject({
      'x-custom': 'y',
      authorization: 'NTLM',
      'proxy-authorization': 'Basic',
    })
    expect(server.log[2].headers.authorization).toBe('Basic')
    const everything = JSON.stringify(server.log)
    expect(everything).not.toMatch(/TlRMTVNT|c2VjcmV0/)
  })

  it('has its status before the client has the answer', async () => {
    const server = await start()
    for (let time = 0; time < 20; time++) {
      await connect(server).send({ authorization: authorization('NTLM', initiatorOf()) })
      expect(server.log.at(-1)?.status).toBe(401)
    }
  })

  it('does not get in the way of a handler that reads the body as it likes', async () => {
    const server = await start({
      anonymous: ['/'],
      handler: (request, response) => {
        let length = 0
        request.setEncoding('utf8')
        request.on('data', (chunk: string) => {
          length += chunk.length
        })
        request.on('end', () => response.end(String(length)))
      },
    })
    const answer = await connect(server).send({ method: 'POST', body: 'ü'.repeat(50_000) })
    expect(answer.body).toBe('50000')
    expect(server.log[0].bodyBytes).toBe(100_000)
  })
})
