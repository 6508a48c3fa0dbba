import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import {
  AvId,
  type AvPair,
  type Credential,
  Credentials,
  channelBindingHash,
  encodeChallenge,
  Flag,
  NtlmInitiator,
} from '@ntlmkit/core'
import { Bench } from 'tinybench'

/** What axios-ntlm does in its interceptor, for the same answer: it has no types of its own there. */
interface PeerNtlm {
  decodeType2Message(header: string): object
  createType3Message(
    type2: object,
    user: string,
    password: string,
    workstation: string,
    domain: string,
  ): string
}

const text = (id: number, value: string): AvPair => ({ id, value: Buffer.from(value, 'utf16le') })

/** A CHALLENGE as a domain member sends it: five names and a timestamp. */
const CHALLENGE = encodeChallenge({
  flags:
    (Flag.NEGOTIATE_UNICODE |
      Flag.REQUEST_TARGET |
      Flag.NEGOTIATE_NTLM |
      Flag.NEGOTIATE_ALWAYS_SIGN |
      Flag.TARGET_TYPE_DOMAIN |
      Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
      Flag.NEGOTIATE_TARGET_INFO |
      Flag.NEGOTIATE_VERSION |
      Flag.NEGOTIATE_128 |
      Flag.NEGOTIATE_56) >>>
    0,
  targetName: 'LAB',
  serverChallenge: randomBytes(8),
  targetInfo: [
    text(AvId.NB_DOMAIN_NAME, 'LAB'),
    text(AvId.NB_COMPUTER_NAME, 'WEB1'),
    text(AvId.DNS_DOMAIN_NAME, 'lab.test'),
    text(AvId.DNS_COMPUTER_NAME, 'web1.lab.test'),
    text(AvId.DNS_TREE_NAME, 'lab.test'),
    { id: AvId.TIMESTAMP, value: Buffer.from('0090d336b734c301', 'hex') },
  ],
  version: Buffer.from('0a0063450000000f', 'hex'),
})

/** One CHALLENGE taken from its header and one AUTHENTICATE written into one, side by side in the same run. */
export async function benchHandshake(milliseconds: number): Promise<void> {
  const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 4 })
  bench.add('ntlmkit: parse, AUTHENTICATE with MIC and channel binding', ours())
  bench.add('axios-ntlm: parse, AUTHENTICATE with neither', theirs())
  await bench.run()
  console.table(
    bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
      return {
        task: name,
        'median us': microseconds(result.latency.p50),
        'p99 us': microseconds(result.latency.p99),
      }
    }),
  )
}

function ours(): () => string {
  const credential = new Credentials({
    username: 'LAB\\alice',
    password: 'Passw0rd!',
  }).resolve() as Credential
  const channelBinding = channelBindingHash(randomBytes(53))
  const token = CHALLENGE.toString('base64')
  return () => {
    const initiator = new NtlmInitiator({ credential, channelBinding, targetName: 'HTTP/web1.lab.test' })
    initiator.step()
    const { token: authenticate } = initiator.step(Buffer.from(token, 'base64'))
    return Buffer.from(authenticate!).toString('base64')
  }
}

function theirs(): () => string {
  const require = createRequire(import.meta.url)
  const peer = require('axios-ntlm/lib/ntlm.js') as PeerNtlm
  const header = `NTLM ${CHALLENGE.toString('base64')}`
  return () => {
    const challenge = peer.decodeType2Message(header)
    return peer.createType3Message(challenge, 'alice', 'Passw0rd!', '', 'LAB')
  }
}

function microseconds(milliseconds: number): string {
  return (milliseconds * 1000).toFixed(1)
}
