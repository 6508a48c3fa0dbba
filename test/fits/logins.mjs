// Programs that log in: how they are told where, and what is made of what they print.
import { failureOf } from './processes.mjs'
import { ACCOUNT } from './target.mjs'

/** The environment of a program that logs in with each of these clients, and the URL of each. */
export function loginsTo(target, clients) {
  const targets = Object.fromEntries(clients.map((client) => [client, target.url()]))
  return { targets, env: { FITS: JSON.stringify({ targets, account: ACCOUNT }) } }
}

/** Throws unless the program said it was alice with this client, and the server says so too. */
export function assertLogin(target, { client, url, result }) {
  const line = lineOf(result, client)
  if (line === undefined) throw new Error(failureOf(result))
  if (line.error !== undefined) throw new Error(line.error.split('\n').slice(0, 4).join('\n         '))
  if (line.user !== 'alice') throw new Error(`the program got user ${line.user}`)
  target.assertLogin(url)
}

/** Throws if a program that did all it should did not end, or not well. */
export function assertEnded(result) {
  if (result.late || result.status !== 0) throw new Error(failureOf(result))
}

function lineOf({ stdout }, client) {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line)).find((line) => line.client === client)
}
