/**
 * Connectionless NTLM ([MS-NLMP] 1.3.1.2) over UDP on 127.0.0.1: the server's CHALLENGE comes first, then requests and
 * replies are sealed one by one, each under a number of its own. One datagram is lost, one repeated, one tampered with.
 *
 *   node examples/dist/connectionless.js
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Credentials, NtlmAcceptor, NtlmError, NtlmInitiator, type SessionSecurity } from '@ntlmkit/core'

const SERVICES = { datagram: true, integrity: true, confidentiality: true, replayDetect: true }
const ACCOUNT = { username: 'LAB\\alice', password: 'correct horse' }
const RETRANSMIT_MS = 150

/** What a datagram is about: its first byte. A sealed one has its number in the next four. */
const Kind = { HELLO: 0, CHALLENGE: 1, AUTHENTICATE: 2, WELCOME: 3, REQUEST: 4, REPLY: 5 } as const

type Fate = 'delivered' | 'lost' | 'repeated' | 'tampered'

function datagram(kind: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([kind]), body])
}

function sealedDatagram(kind: number, session: SessionSecurity, number: number, text: string): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(number)
  return datagram(kind, Buffer.concat([header, session.wrap(Buffer.from(text), number)]))
}

/** @throws {NtlmError} ERR_NTLM_INTEGRITY for a datagram that is not what the other side sealed under its number. */
function open(bytes: Buffer, session: SessionSecurity): { number: number; text: string } {
  const number = bytes.length < 5 ? 0 : bytes.readUInt32BE(1)
  return { number, text: session.unwrap(bytes.subarray(5), number).toString() }
}

/** The body of a datagram of one kind; undefined for any other. */
function only(kind: number): (bytes: Buffer) => Buffer | undefined {
  return (bytes) => (bytes[0] === kind ? bytes.subarray(1) : undefined)
}

/** The reply to one request; undefined for the reply to another one, or to somebody else's. */
function replyTo(number: number, bytes: Buffer, session: SessionSecurity): string | undefined {
  try {
    const reply = open(bytes, session)
    return reply.number === number ? reply.text : undefined
  } catch (error) {
    if (error instanceof NtlmError) return undefined
    throw error
  }
}

/** Answers every request once, however often it comes. */
class Server {
  readonly #socket = createSocket('udp4')
  readonly #acceptor = new NtlmAcceptor({
    accounts: ({ user }) => (user === 'alice' ? { password: ACCOUNT.password } : undefined),
    names: { netbiosDomain: 'LAB', netbiosComputer: 'SERVER' },
    services: SERVICES,
  })
  /** Replies by number: what notices a repeated request, and answers one whose reply was lost. */
  readonly #replies = new Map<number, Buffer>()

  async listen(): Promise<number> {
    this.#socket.on('message', (bytes, { port }) => void this.#receive(bytes, port))
    this.#socket.bind(0, '127.0.0.1')
    await once(this.#socket, 'listening')
    return this.#socket.address().port
  }

  close(): void {
    this.#socket.close()
  }

  async #receive(bytes: Buffer, port: number): Promise<void> {
    try {
      const answer = await this.#answer(bytes)
      if (answer) this.#socket.send(answer, port, '127.0.0.1')
    } catch (error) {
      if (!(error instanceof NtlmError)) throw error
      console.log(`server: dropped a datagram: ${error.code}`)
    }
  }

  async #answer(bytes: Buffer): Promise<Buffer | undefined> {
    if (bytes[0] === Kind.HELLO) return datagram(Kind.CHALLENGE, (await this.#acceptor.step()).token)
    if (bytes[0] === Kind.AUTHENTICATE) {
      const { verdict } = await this.#acceptor.step(bytes.subarray(1))
      console.log(
        `server: ${verdict?.domain}\\${verdict?.user} is ${verdict?.accepted ? 'accepted' : 'refused'}`,
      )
      return verdict?.accepted ? datagram(Kind.WELCOME) : undefined
    }
    return this.#acceptor.session && this.#reply(bytes, this.#acceptor.session)
  }

  #reply(bytes: Buffer, session: SessionSecurity): Buffer {
    const { number, text } = open(bytes, session)
    const known = this.#replies.get(number)
    console.log(
      `server: request ${number}, ${JSON.stringify(text)}${known ? ', came before: not run again' : ''}`,
    )
    const reply = known ?? sealedDatagram(Kind.REPLY, session, number, `${text.length} letters`)
    this.#replies.set(number, reply)
    return reply
  }
}

class Client {
  readonly #socket: Socket = createSocket('udp4')
  readonly #port: number
  #session: SessionSecurity | undefined
  #number = 0

  constructor(port: number) {
    this.#port = port
  }

  async authenticate(): Promise<void> {
    const credential = await new Credentials(ACCOUNT).resolve()
    const initiator = new NtlmInitiator({ credential, services: SERVICES })
    const challenge = await this.#exchange(datagram(Kind.HELLO), only(Kind.CHALLENGE))
    const { token } = initiator.step(challenge)
    await this.#exchange(datagram(Kind.AUTHENTICATE, token), only(Kind.WELCOME))
    this.#session = initiator.session
  }

  /** Seals a request and sends it, the same bytes again as long as no reply to it comes. */
  async request(text: string, fate: Fate): Promise<string> {
    const session = this.#session
    if (session === undefined) throw new Error('Not authenticated yet.')
    const number = this.#number++
    const request = sealedDatagram(Kind.REQUEST, session, number, text)
    const reply = await this.#exchange(request, (answer) => replyTo(number, answer, session), fate)
    console.log(`client: reply ${number}, ${JSON.stringify(reply)}`)
    return reply
  }

  close(): void {
    this.#socket.close()
  }

  /** Sends a datagram until an answer comes that `read` can make something of. */
  async #exchange<T>(
    bytes: Buffer,
    read: (answer: Buffer) => T | undefined,
    fate: Fate = 'delivered',
  ): Promise<T> {
    return await new Promise((resolve) => {
      const retransmission = setInterval(() => {
        console.log('client: no reply, sending the same datagram again')
        this.#transmit(bytes, 'delivered')
      }, RETRANSMIT_MS)
      const receive = (answer: Buffer) => {
        const result = read(answer)
        if (result === undefined) return
        clearInterval(retransmission)
        this.#socket.off('message', receive)
        resolve(result)
      }
      this.#socket.on('message', receive)
      this.#transmit(bytes, fate)
    })
  }

  /** The network, such as it is. */
  #transmit(bytes: Buffer, fate: Fate): void {
    if (fate !== 'delivered') console.log(`network: this datagram is ${fate}`)
    if (fate === 'lost') return
    const sent = Buffer.from(bytes)
    if (fate === 'tampered') sent[sent.length - 1] ^= 1
    for (let copies = fate === 'repeated' ? 2 : 1; copies > 0; copies--) {
      this.#socket.send(sent, this.#port, '127.0.0.1')
    }
  }
}

const server = new Server()
const client = new Client(await server.listen())
await client.authenticate()
await client.request('all is well', 'delivered')
await client.request('this one gets lost', 'lost')
await client.request('this one comes twice', 'repeated')
await sleep(50) // for the second copy and its reply, which nobody waits for
await client.request('this one is changed on its way', 'tampered')
client.close()
server.close()
