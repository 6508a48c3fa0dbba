import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import {
  Credential,
  Credentials,
  NtlmInitiator,
  type NtlmInitiatorOptions,
  parseChallenges,
} from '@ntlmkit/core'
import type { NtlmServer } from '../src/index.js'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** As they were written, one item a line. */
  challenges: string[]
  body: string
}

interface Options {
  method?: string
  path?: string
  authorization?: string
  headers?: Record<string, string>
  body?: string
}

/** A client that writes each leg by hand, on one connection. */
export class RawClient {
  readonly #server: Pick<NtlmServer, 'origin' | 'ca'>
  readonly #agent: HttpAgent
  readonly #field: 'Authorization' | 'Proxy-Authorization'

  constructor(
    server: Pick<NtlmServer, 'origin' | 'ca'>,
    field: 'Authorization' | 'Proxy-Authorization' = 'Authorization',
  ) {
    this.#server = server
    const options = { keepAlive: true, maxSockets: 1 }
    this.#agent = server.ca ? new HttpsAgent({ ...options, ca: server.ca }) : new HttpAgent(options)
    this.#field = field
  }

  send({ method = 'GET', path = '/', authorization, headers = {}, body }: Options = {}): Promise<Answer> {
    const url = new URL(path, this.#server.origin)
    const given = authorization === undefined ? headers : { ...headers, [this.#field]: authorization }
    const options: RequestOptions = { method, agent: this.#agent, headers: given }
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
      request.on('error', reject)
      request.on('response', async (response) => {
        const chunks: Buffer[] = []
        try {
          for await (const chunk of response) chunks.push(chunk)
        } catch (error) {
          reject(error)
          return
        }
        const challenges = response.rawHeaders.filter((_, index, all) =>
          /-authenticate$/i.test(all[index - 1] ?? ''),
        )
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          challenges,
          body: Buffer.concat(chunks).toString(),
        })
      })
      request.end(body)
    })
  }

  /** Sends a NEGOTIATE, and then the request with the AUTHENTICATE. */
  async authenticate(
    options: Options = {},
    initiator = initiatorOf(),
    scheme = 'NTLM',
  ): Promise<[Answer, Answer]> {
    const challenged = await this.send({
      ...options,
      body: undefined,
      authorization: authorization(scheme, initiator),
    })
    return [challenged, await this.answer(challenged, options, initiator, scheme)]
  }

  answer(challenged: Answer, options: Options, initiator: NtlmInitiator, scheme = 'NTLM'): Promise<Answer> {
    return this.send({ ...options, authorization: authorization(scheme, initiator, tokenOf(challenged)) })
  }

  close(): void {
    this.#agent.destroy()
  }
}

export function initiatorOf(
  username = 'LAB\\alice',
  password = 'Passw0rd!',
  options: Partial<NtlmInitiatorOptions> = {},
): NtlmInitiator {
  const credential = new Credentials({ username, password }).resolve() as Credential
  return new NtlmInitiator({ credential, ...options })
}

/** Of an account whose name no client of ours would send. */
export function initiatorOfAccount(
  account: { user: string; domain: string },
  options: Partial<NtlmInitiatorOptions> = {},
): NtlmInitiator {
  return new NtlmInitiator({ credential: new Credential(account, Buffer.alloc(16)), ...options })
}

export function authorization(
  scheme: string,
  initiator: { step(token?: Uint8Array): { token?: Uint8Array } },
  token?: Uint8Array,
): string {
  return `${scheme} ${Buffer.from(initiator.step(token).token ?? []).toString('base64')}`
}

/** The token of the first challenge that has one. */
export function tokenOf({ challenges }: Answer): Buffer {
  const token = parseChallenges(challenges).find((challenge) => challenge.token !== undefined)?.token
  return Buffer.from(token ?? '', 'base64')
}
