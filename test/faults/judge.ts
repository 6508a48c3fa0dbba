import type { Readable } from 'node:stream'
import type { RequestRecord } from '../fault-server/index.js'
import { type Case, nameOf } from './cases.js'
import { accepts, codeOf } from './own-errors.js'
import { BODY, BODY_SHA256, KINDS } from './requests.js'
import { listenersOn, type Seen } from './run-case.js'

/** What is wrong with what was seen: nothing, if all is as the table says and nothing was lost. */
export function judge(testCase: Case, seen: Seen): string[] {
  return [
    ...outcome(testCase, seen),
    ...wire(testCase, seen),
    ...application(testCase, seen),
    ...leftBehind(testCase, seen),
  ]
}

/** A failing case in full. */
export function report(testCase: Case, seen: Seen, problems: readonly string[]): string {
  const lines = seen.records.map(
    ({ connection, method, target, carried, status, bodyBytes, complete, delivered, user, violation }) =>
      `    #${connection} ${method} ${target} ${carried} -> ${status ?? '-'}, ${bodyBytes} bytes${complete ? '' : ' (cut)'}` +
      `${delivered ? ', delivered' : ''}${user ? ` as ${user}` : ''}${violation ? `, ${violation}` : ''}`,
  )
  return [
    nameOf(testCase),
    `  ${testCase.rule}`,
    ...problems.map((problem) => `  - ${problem}`),
    ...lines,
  ].join('\n')
}

function outcome({ client, outcome: { results, next } }: Case, { end, after }: Seen): string[] {
  const problems: string[] = []
  const actual = 'reply' in end ? `response ${end.reply.status}` : codeOf(end.error)
  const isDue = results.some((result) => accepts(client, result, end))
  if (!isDue)
    problems.push(
      `ended with ${actual}${'error' in end ? ` (${end.error})` : ''}, not ${results.join(' or ')}`,
    )
  if (next !== undefined && isRefused(after)) return problems
  if ('error' in after) problems.push(`the request after it failed: ${codeOf(after.error)} (${after.error})`)
  else if (next === 'refused' || after.status !== 200 || after.json?.user !== 'alice')
    problems.push(`the request after it: ${after.status}`)
  return problems
}

/** By the server, as it is sent without credentials, or by us. */
function isRefused(after: Seen['after']): boolean {
  return 'error' in after ? codeOf(after.error) === 'ERR_NTLM_REJECTED' : after.status === 401
}

function wire({ outcome: { requests, connections } }: Case, seen: Seen): string[] {
  const problems: string[] = []
  if (seen.records.length > requests)
    problems.push(`${seen.records.length} requests, not ${requests} at most`)
  if (seen.connections > connections)
    problems.push(`${seen.connections} connections, not ${connections} at most`)
  for (const { violation } of seen.records) {
    if (violation) problems.push(`the server saw ${violation}`)
  }
  return problems
}

/** No body is cut, sent twice to the application, or under another user, without the client knowing. */
function application({ kind, outcome: { connections } }: Case, { records, end }: Seen): string[] {
  const { method, body } = KINDS[kind]
  const delivered = records.filter((record) => record.delivered && !isElsewhere(record, method))
  const problems = delivered.flatMap((record) => wrongDelivery(record, method, body !== 'none'))
  if (method === 'POST' && delivered.length > 1)
    problems.push(`the application got it ${delivered.length} times`)
  // What HTTP calls idempotent goes again on another connection, and never twice on one.
  if (delivered.length > connections) problems.push(`the application got it ${delivered.length} times`)
  if ('reply' in end && end.reply.status === 200 && delivered.length === 0) {
    problems.push('a 200, and the application never got it')
  }
  return problems
}

/** A GET that authenticates the connection for a request which cannot do so itself (rules.md, The first leg, 4.). */
function isElsewhere({ target, method, carried }: RequestRecord, asked: string): boolean {
  return target !== '/main' || (method === 'GET' && asked !== 'GET' && carried === 'AUTHENTICATE')
}

function wrongDelivery(record: RequestRecord, method: string, hasBody: boolean): string[] {
  const problems: string[] = []
  if (record.method !== method) problems.push(`the application got a ${record.method}`)
  if (record.user !== 'alice') problems.push(`the application got it as ${record.user}`)
  if (hasBody && (record.bodyBytes !== BODY.length || record.bodySha256 !== BODY_SHA256)) {
    problems.push(`the application got a body of ${record.bodyBytes} bytes`)
  }
  return problems
}

function leftBehind(testCase: Case, seen: Seen): string[] {
  const { signal, body, openConnections } = seen
  const { client } = testCase
  const problems: string[] = []
  if (openConnections > 1) problems.push(`${openConnections} connections are open`)
  const listeners = listenersOn(signal)
  if (listeners > client.listenersLeft) problems.push(`${listeners} listeners on the signal`)
  if (body && mustBeOver(testCase, seen) && !isOver(body)) {
    problems.push('the stream of the body is neither read nor destroyed')
  }
  return problems
}

function mustBeOver({ client, kind }: Case, { end, records }: Seen): boolean {
  if (client.destroysBodies !== 'once begun') return client.destroysBodies === 'always'
  const hasBegun = records.some(({ bodyBytes }) => bodyBytes > 0)
  return hasBegun && KINDS[kind].user === 'waits' && 'error' in end
}

function isOver(body: Readable): boolean {
  return body.destroyed || body.readableEnded
}
