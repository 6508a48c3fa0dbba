import {
  type Acceptor,
  type AccountStore,
  NtlmAcceptor,
  parseAccountName,
  SpnegoAcceptor,
} from '@ntlmkit/core'
import { legOf } from '#leg-of'
import type { RequestHead } from './moments.js'
import type { Violation } from './request-log.js'

const NAMES = { netbiosDomain: 'LAB', netbiosComputer: 'FAULTS' }
const SCHEMES = ['NTLM', 'Negotiate'] as const

export type SchemeName = (typeof SCHEMES)[number]

/** What the server makes of a request's token. */
export type Admission =
  | { is: 'admitted'; finalToken?: string }
  /** 401; with a token, a CHALLENGE. */
  | { is: 'refused'; challenges: string[]; challenged: boolean; violation?: Violation }

interface Credentials {
  scheme: SchemeName
  token: Buffer
}

/** Accounts by `DOMAIN\user`. */
export function accountStore(users: Readonly<Record<string, string>>): AccountStore {
  const accounts = Object.entries(users).map(([name, password]) => ({ ...parseAccountName(name), password }))
  return ({ user, domain }) => {
    const isAsked = (account: { user: string; domain: string }) =>
      account.user.toUpperCase() === user.toUpperCase() &&
      (domain === '' || account.domain.toUpperCase() === domain.toUpperCase())
    return accounts.find(isAsked)
  }
}

/** The authentication of one connection, as IIS does it: who it is for holds until a new NEGOTIATE comes. */
export class ConnectionAuthentication {
  readonly #accounts: AccountStore
  readonly #schemes: readonly SchemeName[]
  #acceptor: Acceptor | undefined
  #user: string | undefined

  constructor(accounts: AccountStore, schemes: readonly SchemeName[]) {
    this.#accounts = accounts
    this.#schemes = schemes
  }

  /** Without its domain. */
  get user(): string | undefined {
    return this.#user
  }

  forget(): void {
    this.#user = undefined
    this.#acceptor = undefined
  }

  /** @param binding of the connection's certificate; undefined without TLS. */
  async admit(head: RequestHead, binding: Uint8Array | undefined): Promise<Admission> {
    const credentials = credentialsOf(head)
    if (credentials === undefined) return this.#user === undefined ? this.#refuse() : { is: 'admitted' }
    if (legOf(head.fields.authorization) === 'NEGOTIATE') {
      this.#user = undefined
      this.#acceptor = this.#acceptorFor(credentials.scheme, binding)
    } else if (this.#acceptor === undefined) {
      return { ...this.#refuse(), violation: 'authenticate-without-challenge' }
    }
    return this.#step(this.#acceptor!, credentials)
  }

  async #step(acceptor: Acceptor, { scheme, token }: Credentials): Promise<Admission> {
    const { token: answer, verdict } = await acceptor.step(token)
    if (verdict === undefined) {
      return { is: 'refused', challenges: [tokenField(scheme, answer!)], challenged: true }
    }
    this.#acceptor = undefined
    if (!verdict.accepted) return { ...this.#refuse(), violation: 'credentials-refused' }
    this.#user = verdict.user
    return { is: 'admitted', finalToken: answer && tokenField(scheme, answer) }
  }

  #refuse(): { is: 'refused'; challenges: string[]; challenged: false } {
    return { is: 'refused', challenges: [...this.#schemes], challenged: false }
  }

  #acceptorFor(scheme: SchemeName, expectedBinding: Uint8Array | undefined): Acceptor {
    const channelBinding = expectedBinding === undefined ? 'off' : 'require'
    const mechanism = new NtlmAcceptor({
      accounts: this.#accounts,
      names: NAMES,
      channelBinding,
      expectedBinding,
    })
    return scheme === 'NTLM' ? mechanism : new SpnegoAcceptor({ mechanism })
  }
}

function tokenField(scheme: SchemeName, token: Uint8Array): string {
  return `${scheme} ${Buffer.from(token).toString('base64')}`
}

function credentialsOf({ fields }: RequestHead): Credentials | undefined {
  const [, name, token] = /^(\w+) +([A-Za-z0-9+/=]+)$/.exec(fields.authorization ?? '') ?? []
  const scheme = SCHEMES.find((known) => known.toLowerCase() === name?.toLowerCase())
  return scheme && { scheme, token: Buffer.from(token, 'base64') }
}
