import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CertificateSet, makeCertificates } from '../fault-server/index.js'
import { concurrently } from '../wire.js'
import { type Case, EVERYTHING, matrixOf, REPRESENTATIVE } from './cases.js'
import { judge, report } from './judge.js'
import { LEG_NAMES } from './legs.js'
import { leftSince, openResources } from './resources.js'
import { runCase } from './run-case.js'

const isWhole = process.env.NTLMKIT_FAULTS === 'all'
const oneClient = process.env.NTLMKIT_FAULTS_CLIENT
const cut = isWhole ? EVERYTHING : REPRESENTATIVE
/** Cases at a time: many of them wait. */
const WIDTH = 16

const warnings: Error[] = []
const onWarning = (warning: Error) => warnings.push(warning)
let certificates: CertificateSet

beforeAll(async () => {
  process.on('warning', onWarning)
  certificates = await makeCertificates()
})

afterAll(() => {
  process.off('warning', onWarning)
})

describe.each(cut.clients.filter((name) => oneClient === undefined || name === oneClient))('%s', (client) => {
  const { cases, leftOut } = matrixOf(cut, client)

  // One leg after the other where that tells more, and all together where it takes less time.
  const groups = isWhole ? LEG_NAMES.map((leg) => [leg, leg]) : [['at any leg', undefined]]

  it.each(groups)(
    'ends as the table says when the fault comes %s',
    { timeout: 300_000 },
    async (_name, leg) => {
      const before = openResources()
      const failures = await run(cases.filter((each) => leg === undefined || each.leg === leg))
      expect(failures.length, failures.join('\n')).toBe(0)
      expect(await leftSince(before)).toEqual({ timers: 0, sockets: 0 })
    },
  )

  afterAll(() => {
    if (!isWhole) return
    const reasons = [...leftOut].sort(([, a], [, b]) => b - a)
    const count = reasons.reduce((sum, [, each]) => sum + each, 0)
    console.log(`${client}: ${cases.length} cases; ${count} places left out by rule:`)
    for (const [reason, each] of reasons) console.log(`${String(each).padStart(7)}  ${reason}`)
  })
})

it('no emitter has one listener too many', () => {
  expect(warnings).toEqual([])
})

async function run(cases: readonly Case[]): Promise<string[]> {
  const reports = await concurrently(WIDTH, cases.length, async (index) => {
    const seen = await runCase(cases[index], certificates)
    const problems = judge(cases[index], seen)
    return problems.length > 0 ? report(cases[index], seen, problems) : undefined
  })
  return reports.filter((each) => each !== undefined)
}
