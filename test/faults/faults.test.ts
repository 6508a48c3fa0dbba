import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CertificateSet, makeCertificates } from '../fault-server/index.js'
import { concurrently } from '../wire.js'
import { type Case, EVERYTHING, type Matrix, matrixOf, REPRESENTATIVE } from './cases.js'
import { judge, report } from './judge.js'
import { LEG_NAMES } from './legs.js'
import { runCase } from './run-case.js'

const isWhole = process.env.NTLMKIT_FAULTS === 'all'
const only = process.env.NTLMKIT_FAULTS_CLIENT
const cut = isWhole ? EVERYTHING : REPRESENTATIVE
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

describe.each(cut.clients.filter((name) => only === undefined || name === only))('%s', (client) => {
  const { cases, leftOut }: Matrix = matrixOf({ ...cut, clients: [client] })

  it.each(LEG_NAMES)('ends as the table says when the fault comes %s', { timeout: 120_000 }, async (leg) => {
    const failures = await run(cases.filter((each) => each.leg === leg))
    expect(failures.length, failures.join('\n')).toBe(0)
  })

  afterAll(() => {
    if (!isWhole) return
    const count = [...leftOut.values()].reduce((sum, each) => sum + each, 0)
    console.log(`${client}: ${cases.length} cases, ${count} places left out by rule`)
  })
})

it('no listener is one too many', () => {
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
