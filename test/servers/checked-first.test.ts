import { describe, expect, it } from 'vitest'
import { EACH_CLIENT, goesOnce, ofEachKind, REFUSED_ONCE, withEachKind } from './calls.js'
import { ASKS, type Decide, type Decision, DROP, headThen, OPEN, refuse } from './decisions.js'
import { faultsOf, inShort } from './judge.js'
import type { Site } from './site.js'
import type { Call, Visitor } from './visit.js'

const TYPED = { 'content-type': 'application/json' }
const MATCHING = { 'if-match': '"7"' }

const kinds: Record<string, Call> = {
  'DELETE of a version': { method: 'DELETE', headers: MATCHING },
  'PUT from a buffer': { method: 'PUT', body: 'buffer', headers: { ...TYPED, ...MATCHING } },
  'PUT of a stream': { method: 'PUT', body: 'stream', headers: { ...TYPED, ...MATCHING } },
  'POST from a buffer': { method: 'POST', body: 'buffer', headers: TYPED },
  'POST of a stream': { method: 'POST', body: 'stream', headers: TYPED },
}

/** Looks at what a request brings before it looks at who brings it. */
const checksFirst: Decide = ({ method, headers }) => {
  const isTyped = headers['content-type'] === TYPED['content-type']
  const isMatching = headers['if-match'] === MATCHING['if-match']
  if (/^(?:POST|PUT)$/.test(method) && !isTyped) return refuse(415)
  if (/^(?:PUT|DELETE)$/.test(method) && !isMatching) return refuse(412)
  return ASKS
}

/** What the request itself was refused because of: a HEAD may be. */
function failedChecks({ requests }: Site): string[] {
  const failed = requests.filter(
    ({ method, status }) => method !== 'HEAD' && (status === 415 || status === 412),
  )
  return failed.map(inShort)
}

const HEADS: readonly [name: string, head: Decision][] = [
  ['asks', ASKS],
  ['is answered 405', refuse(405)],
  ['is answered 405, and the connection closed', refuse(405, 'said')],
  ['is dropped', DROP],
]

describe.each(HEADS)('a site that looks at the fields before it asks, and whose HEAD %s', (_name, head) => {
  it.each(EACH_CLIENT)('serves %s', async (_client, client) => {
    const seen = await withEachKind(client, { decide: headThen(head, checksFirst) }, visitTwice, { kinds })
    expect(seen).toEqual(ofEachKind(() => ({ outcomes: [200, 200], faults: [], failed: [] }), kinds))
  })
})

describe('a site that looks at the fields before it asks', () => {
  it.each(EACH_CLIENT)('and looks at those of a HEAD too: serves %s', async (_client, client) => {
    const decide: Decide = (request) => {
      const { method, path, headers } = request
      if (method !== 'HEAD' || path !== '/page') return checksFirst(request)
      return headers['content-type'] || headers['if-match'] ? ASKS : refuse(415)
    }
    const seen = await withEachKind(client, { decide }, visitTwice, { kinds })
    expect(seen).toEqual(ofEachKind(() => ({ outcomes: [200, 200], faults: [], failed: [] }), kinds))
  })

  it.each(EACH_CLIENT)('and lets every HEAD pass: serves %s', async (_client, client) => {
    const seen = await withEachKind(client, { decide: headThen(OPEN, checksFirst) }, visitTwice, { kinds })
    const expected = ofEachKind((call) => {
      // The HEAD says that this lets pass: a body that goes once goes, and is refused.
      const first = goesOnce(call, client) ? REFUSED_ONCE : 200
      return { outcomes: [first, 200], faults: [], failed: [] }
    }, kinds)
    expect(seen).toEqual(expected)
  })
})

async function visitTwice(visitor: Visitor, call: Call) {
  const outcomes = await visitor.inTurn([call, call])
  return { outcomes, faults: faultsOf(visitor), failed: failedChecks(visitor.site) }
}
