import challenge from '../examples/challenge.txt'
import severalConnections from '../examples/several-connections.har'
import spnego from '../examples/spnego.txt'
import wrongPassword from '../examples/wrong-password.txt'

/** A text to begin with, made by `examples/record.mjs`. */
export interface Example {
  /** What stands behind `#` in a link to it. */
  readonly id: string
  readonly title: string
  readonly kind: string
  readonly text: string
  /** Whoever has a file name is shown as a file. */
  readonly file?: string
}

export const EXAMPLES: readonly Example[] = [
  { id: 'wrong-password', title: 'A wrong password', kind: 'curl -v log', text: wrongPassword },
  { id: 'spnego', title: 'Negotiate, from offer to answer', kind: 'headers', text: spnego },
  { id: 'challenge', title: 'What a challenge tells', kind: 'one header', text: challenge },
  {
    id: 'several-connections',
    title: 'Two servers behind one name',
    kind: 'HAR file',
    text: severalConnections,
    file: 'several-connections.har',
  },
]
