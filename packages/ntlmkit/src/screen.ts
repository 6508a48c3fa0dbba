import colours from 'picocolors'
import type { Output, Terminal } from './terminal.js'

type Colours = ReturnType<typeof colours.createColors>

/** What people can read without scrolling sideways. */
const WIDEST = 100
const PLAIN_WIDTH = 80

/** The two streams of a command, and what each can show. */
export class Screen {
  readonly terminal: Terminal
  /** For standard output. */
  readonly colours: Colours
  /** For standard error. */
  readonly errorColours: Colours
  /** Characters in a line. */
  readonly width: number

  constructor(terminal: Terminal) {
    this.terminal = terminal
    this.colours = colours.createColors(showsColours(terminal.stdout, terminal))
    this.errorColours = colours.createColors(showsColours(terminal.stderr, terminal))
    this.width = Math.min(terminal.stdout.columns || PLAIN_WIDTH, WIDEST)
  }

  /** True where somebody sits who can be asked. */
  get canAsk(): boolean {
    return this.terminal.stdin.isTTY === true && this.terminal.stderr.isTTY === true
  }

  /** Writes to standard output, where results go. */
  print(text: string): void {
    this.terminal.stdout.write(`${text}\n`)
  }

  /** Writes to standard error, where all the rest goes. */
  say(text: string): void {
    this.terminal.stderr.write(`${text}\n`)
  }

  warn(text: string): void {
    this.say(this.errorColours.yellow(`Warning: ${text}`))
  }

  /** An error in two lines. */
  fail(message: string, hint: string): void {
    this.say(`${this.errorColours.red(`ntlmkit: ${message}`)}\n${hint}`)
  }
}

/** https://no-color.org and its opposite; a terminal that says it is dumb gets none. */
function showsColours(stream: Output, { env }: Terminal): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return stream.isTTY === true && env.TERM !== 'dumb'
}
