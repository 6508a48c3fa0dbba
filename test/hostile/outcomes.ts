import { expect } from 'vitest'
import { byTransport, type PerClient } from './clients.js'

/** What the caller gets: a status, or an error. `<origin>` stands for the server's own. */
export type Outcome = { status: number } | { code: unknown; message: unknown }

interface Coded {
  code?: unknown
  name?: unknown
  message?: unknown
  cause?: unknown
}

/**
 * The outermost error that has a code, or else the innermost that says something: fetch puts a TypeError around ours,
 * axios and got say it as their own.
 */
export function outcomeOf(error: unknown, origin: string): Outcome {
  const errors = chain(error as Coded)
  const coded = errors.find((each) => each.code !== undefined)
  const { code, name, message } = coded ?? errors.findLast((each) => each.message !== '') ?? errors[0]
  return { code: code ?? name, message: String(message).replaceAll(origin, '<origin>') }
}

function chain(error: Coded): Coded[] {
  return error.cause instanceof Error ? [error, ...chain(error.cause as Coded)] : [error]
}

/** The errors of ours that a hostile server can bring about. */
export const ours = {
  neverChallenged: (scheme: string): Outcome => ({
    code: 'ERR_NTLM_BAD_CHALLENGE',
    message: `<origin> offers ${scheme} and answered the NEGOTIATE twice without a CHALLENGE.`,
  }),
  malformed: (what: unknown): Outcome => ({
    code: 'ERR_NTLM_BAD_CHALLENGE',
    message: typeof what === 'string' ? `<origin> sent no usable challenge: ${what}` : what,
  }),
  downgrade: (what: string): Outcome => ({
    code: 'ERR_NTLM_DOWNGRADE',
    message: `<origin> grants less than the handshake needs: ${what}`,
  }),
  closed: {
    code: 'ERR_NTLM_CONNECTION_CLOSED',
    message: '<origin> closed the connection during the handshake.',
  },
  tooLarge: {
    code: 'ERR_NTLM_RESPONSE_TOO_LARGE',
    message: '<origin> answered a leg of the handshake with more than 1048576 bytes of body.',
  },
  timedOut: (milliseconds: number): Outcome => ({
    code: 'ERR_NTLM_TIMEOUT',
    message: `<origin> did not finish the handshake in ${milliseconds} ms.`,
  }),
  rejected: (scheme: string, account: string): Outcome => ({
    code: 'ERR_NTLM_REJECTED',
    message: `<origin> rejected the ${scheme} credentials of ${account}.`,
  }),
  rejectedByPeer: (account: string): Outcome => ({
    code: 'ERR_NTLM_REJECTED',
    message: `<origin> rejected the Negotiate handshake of ${account}: the other side rejected the SPNEGO negotiation.`,
  }),
} as const satisfies Record<string, Outcome | ((...args: never[]) => Outcome)>

/** What does not parse as HTTP, in the words of the parser that both transports share. */
function unparsable(code: string, says: string): PerClient<Outcome> {
  const message = expect.stringContaining(says)
  // undici's parser errors have that code, or none but their name.
  return byTransport<Outcome>(
    { code: expect.stringMatching(new RegExp(`^(?:${code}|HTTPParserError)$`)), message },
    { code, message },
  )
}

/** The clients' own errors, each named once. */
export const theirs = {
  headerOverflow: byTransport<Outcome>(
    { code: 'UND_ERR_HEADERS_OVERFLOW', message: 'Headers Overflow Error' },
    { code: 'HPE_HEADER_OVERFLOW', message: 'Parse Error: Header overflow' },
  ),
  lost: byTransport<Outcome>(
    { code: 'UND_ERR_SOCKET', message: 'bad upgrade' },
    { code: 'ECONNRESET', message: 'socket hang up' },
  ),
  unasked: { code: 'HPE_UNEXPECTED', message: 'The server sent what nobody had asked for' },
  noHttp: unparsable('HPE_INVALID_CONSTANT', 'Expected HTTP/'),
  foldedField: unparsable('HPE_INVALID_HEADER_TOKEN', 'Unexpected whitespace after header value'),
  controlCharacter: unparsable('HPE_INVALID_HEADER_TOKEN', 'Invalid header value char'),
} as const
