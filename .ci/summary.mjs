// Adds up what the steps of `.ci/run` left behind and ends with one line for all of them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = process.argv[2]
const total = { passed: 0, failed: 0, skipped: 0 }

const MOST_FAILURES = 20
const MOST_LINES = 12

for (const file of readdirSync(directory).filter((name) => name.endsWith('.status'))) {
  const name = file.slice(0, -'.status'.length)
  const counts = countsOf(name, Number(readFileSync(join(directory, file), 'utf8')))
  console.log(`${name}: ${line(counts)}`)
  for (const key of Object.keys(total)) total[key] += counts[key]
  for (const failure of failuresOf(name).slice(0, MOST_FAILURES)) console.log(failure)
}

console.log(line(total))
process.exit(total.failed > 0 ? 1 : 0)

/** The tests a step ran; a step without tests counts as one, and so does one that failed beside its tests. */
function countsOf(name, status) {
  const report = reportOf(name)
  if (report === undefined) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 }
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = report
  const failed = status !== 0 && numFailedTests === 0 ? 1 : numFailedTests
  return { passed, failed, skipped }
}

/** What failed and why, so that the end of a long log says it. */
function failuresOf(name) {
  const { testResults = [] } = reportOf(name) ?? {}
  return testResults.flatMap(({ message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    // A file that could not be run at all has no tests.
    if (failed.length === 0) return message ? [`  FAILED ${indented(message)}`] : []
    return failed.map(
      ({ fullName, failureMessages }) => `  FAILED ${fullName}: ${indented(failureMessages.join('\n'))}`,
    )
  })
}

function indented(text) {
  return text.split('\n').slice(0, MOST_LINES).join('\n    ')
}

function reportOf(name) {
  try {
    return JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'))
  } catch {
    return undefined
  }
}

function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
