// The cells, each of which becomes a row of the table.
import { writeFileSync } from 'node:fs'

export class Rows {
  #rows = []

  /** Begins a cell. It is ok if `attempt` ends, with a remark or without one, and has failed if it throws. */
  add(name, attempt) {
    const row = { name, verdict: 'pending', remark: '' }
    this.#rows.push(row)
    row.done = this.#settle(row, attempt)
  }

  async #settle(row, attempt) {
    try {
      row.remark = (await attempt()) ?? ''
      row.verdict = 'ok'
    } catch (error) {
      row.remark = error instanceof Error ? error.message : String(error)
      row.verdict = 'FAILED'
    }
  }

  settled() {
    return Promise.all(this.#rows.map(({ done }) => done))
  }

  get failed() {
    return this.#rows.filter(({ verdict }) => verdict !== 'ok').length
  }

  get passed() {
    return this.#rows.length - this.failed
  }

  print() {
    for (const { name, verdict, remark } of this.#rows) {
      console.log(`${verdict.padEnd(6)} ${name}${remark === '' ? '' : `\n         ${remark}`}`)
    }
    console.log(`${this.passed} passed, ${this.failed} failed`)
  }

  /** In the shape of vitest's own JSON, as far as a summary reads it. */
  report(file) {
    writeCounts(file, { numPassedTests: this.passed, numFailedTests: this.failed, numPendingTests: 0 })
  }

  /** For a machine on which no cell can run. */
  reportSkipped(file) {
    writeCounts(file, { numPassedTests: 0, numFailedTests: 0, numPendingTests: 1 })
  }
}

function writeCounts(file, counts) {
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts))
}
