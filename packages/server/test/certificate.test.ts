import { X509Certificate } from 'node:crypto'
import { channelBindingHash, tlsServerEndPoint } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import type { CertificateOptions } from '../src/index.js'
import { connect, start, stopAfterEach } from './fixture.js'
import { initiatorOf } from './raw-client.js'

stopAfterEach()

const bound = (channelBinding?: Uint8Array) => initiatorOf('LAB\\alice', 'Passw0rd!', { channelBinding })

describe('a certificate made on the fly', () => {
  it.each<CertificateOptions & { digest: string }>([
    { signature: 'ecdsa', hash: 'sha256', digest: 'sha256' },
    { signature: 'ecdsa', hash: 'sha384', digest: 'sha384' },
    { signature: 'rsa', hash: 'sha256', digest: 'sha256' },
    { signature: 'rsa', hash: 'sha512', digest: 'sha512' },
    { signature: 'rsa-pss', hash: 'sha384', digest: 'sha384' },
  ])(
    '($signature with $hash) is trusted by itself and gives a binding of $digest',
    async ({ digest, ...tls }) => {
      const server = await start({ tls, channelBinding: 'require' })
      const endPoint = tlsServerEndPoint(new X509Certificate(server.ca!).raw)!
      expect(endPoint).toHaveLength('tls-server-end-point:'.length + Number(digest.slice(3)) / 8)

      const [, answered] = await connect(server).authenticate({}, bound(channelBindingHash(endPoint)))
      expect(answered.status).toBe(200)
      expect(server.log[1].channelBinding).toBe(channelBindingHash(endPoint).toString('hex'))
    },
  )

  it('stands for localhost and the loopback addresses', async () => {
    const { ca } = await start({ tls: true })
    expect(new X509Certificate(ca!).subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    )
  })
})

describe('channel binding', () => {
  const WRONG = Buffer.alloc(16, 7)

  it.each([
    ['require', undefined, 401, 'channel-binding-missing'],
    ['require', WRONG, 401, 'channel-binding'],
    ['accept', undefined, 200, undefined],
    ['accept', WRONG, 401, 'channel-binding'],
    ['off', WRONG, 200, undefined],
  ] as const)('%s, sent %s: %d', async (channelBinding, sent, status, failed) => {
    const server = await start({ tls: true, channelBinding })
    const [, answered] = await connect(server).authenticate({}, bound(sent))
    expect(answered.status).toBe(status)
    expect(server.log[1].failed).toBe(failed)
  })

  it('is nothing over http', async () => {
    const server = await start({ channelBinding: 'accept' })
    const [, answered] = await connect(server).authenticate({}, bound(Buffer.alloc(16)))
    expect(answered.status).toBe(200)
  })
})
