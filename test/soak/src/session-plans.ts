import { sessions } from '#clients'
import { Draw } from '#load/draw'
import { Purpose } from './purposes.js'

/** The servers of a run: TLS 1.2 is there for what TLS 1.3 has no more, renegotiation. */
export const SERVERS = ['plain', 'TLS 1.3', 'TLS 1.2'] as const

export type ServerName = (typeof SERVERS)[number]

/** Passwords by `DOMAIN\user`. */
export const ACCOUNTS = {
  'LAB\\alice': 'Passw0rd!',
  'LAB\\bob': 'Secret-2',
  'LAB\\žofie': 'Heslo pro Žofii: příliš žluťoučký kůň',
} as const

export type AccountName = keyof typeof ACCOUNTS

/** A session as it is opened, again and again over a run: a client, its identity, and its pool. */
export interface SessionPlan {
  client: string
  account: AccountName
  server: ServerName
  /** To its server, at most. */
  connections: number
  /** Milliseconds after which an idle connection is closed. */
  idle: number
}

const MOST_CONNECTIONS = 8
const IDLE_TIMES = [1000, 4000, 10_000] as const

/** Every client for every user, over TCP and over TLS of either version. */
export function sessionPlans(seed: number): SessionPlan[] {
  const plans: SessionPlan[] = []
  for (const client of Object.keys(sessions)) {
    for (const account of Object.keys(ACCOUNTS) as AccountName[]) {
      const secure: ServerName = plans.length % 4 === 0 ? 'TLS 1.2' : 'TLS 1.3'
      for (const server of ['plain', secure] as const) {
        const draw = new Draw(seed, Purpose.session, plans.length)
        plans.push({
          client,
          account,
          server,
          connections: draw.between(1, MOST_CONNECTIONS),
          idle: draw.one(IDLE_TIMES),
        })
      }
    }
  }
  return plans
}

/** As the server names who a connection is authenticated as. */
export function userOf(account: AccountName): string {
  return account.slice(account.indexOf('\\') + 1)
}
