import ora from 'ora'
import colours from 'picocolors'

/** A terminal that has a width: some of CI's have none, and nothing can be drawn in place there. */
const isTerminal = process.stdout.isTTY === true && process.stdout.columns > 0

/** Shows how far something is: in place on a terminal, as one plain line where there is none. */
export class Progress {
  readonly #what: string
  readonly #spinner = ora({ stream: process.stdout, discardStdin: false })

  constructor(what: string) {
    this.#what = what
    if (isTerminal) this.#spinner.start(what)
  }

  update(done: string): void {
    if (isTerminal) this.#spinner.text = `${this.#what}: ${done}`
  }

  /** Takes its line away, and prints what came of it. */
  finish(result: string): void {
    if (isTerminal) this.#spinner.stop()
    console.log(result)
  }

  /** Takes its line away. */
  abandon(): void {
    if (isTerminal) this.#spinner.stop()
  }
}

/** A headline with an empty line before it. */
export function headline(title: string, note: string): void {
  console.log(`\n${colours.bold(title)}  ${colours.dim(note)}`)
}
