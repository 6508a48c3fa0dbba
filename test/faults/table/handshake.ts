import { either, fails, type Row, responds, STATUSES } from './outcome.js'

const CLOSED = 'ERR_NTLM_CONNECTION_CLOSED'

/** The legs before the request itself: HEAD with the NEGOTIATE, 401 with the CHALLENGE, then the request. */
export const HANDSHAKE: readonly Row[] = [
  {
    legs: ['before TLS'],
    faults: ['FIN', 'RST'],
    rule: 'Decision 001: what the connector fails with reaches the caller as it is; there was no connection to lose.',
    cells: { first: fails('connection lost', [0, 1]) },
  },
  {
    legs: ['before TLS'],
    faults: ['garbage', 'TLS alert', 'client certificate wanted'],
    rule: 'Decision 001, and 2: TLS says more than that the connection was lost, and it would say so again.',
    cells: { first: fails('TLS error', [0, 1]) },
  },
  {
    legs: ['before TLS', 'before NEGOTIATE'],
    faults: ['silence'],
    rule: 'handshakeTimeout: connecting, and all legs before the authenticated request.',
    cells: { first: fails('ERR_NTLM_TIMEOUT', [0, 1]) },
  },
  {
    legs: ['before NEGOTIATE'],
    faults: ['FIN', 'RST'],
    rule: '2: a lost socket: start over on a new one, at most twice.',
    cells: { first: responds(200, [2, 2]), every: fails(CLOSED, [0, 3]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE', 'with the CHALLENGE'],
    faults: ['FIN, then another certificate'],
    rule: '2 and 8: start over; the certificate is read, and bound to, once a connection.',
    cells: { first: responds(200, [3, 2]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE'],
    faults: ['garbage'],
    rule: "6. Errors: what is no HTTP is the client's own parse error; it is no loss.",
    cells: { first: fails('parse error', [1, 1]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE', 'with the CHALLENGE'],
    faults: ['renegotiation, same certificate'],
    rule: '8: the channel is the same.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE', 'with the CHALLENGE'],
    faults: ['renegotiation, other certificate'],
    rule: '8 and 11: the binding would be to a certificate that is not there any more.',
    cells: { first: fails('ERR_NTLM_CHANNEL_BINDING', [2, 1]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE'],
    faults: ['TLS alert'],
    rule: "2: TLS says more than that the connection was lost: the client's own error.",
    cells: { first: fails('TLS error', [1, 1]) },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['FIN', 'RST'],
    rule: '2: a lost socket: start over on a new one, at most twice.',
    cells: { first: responds(200, [3, 2]), every: fails(CLOSED, [3, 3]) },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['silence'],
    rule: 'handshakeTimeout.',
    cells: { first: fails('ERR_NTLM_TIMEOUT', [1, 1]) },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['100', '102', '103 twice'],
    rule: 'RFC 9110 15.2: interim answers are no answers.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: [...STATUSES],
    mayBeSentAgain: true,
    rule: '3 and 9: any other answer says nothing: what can be replayed goes plainly, what cannot asks with its own method.',
    cells: {
      repeatable: { first: responds(200, [4, 1]), every: fails('ERR_NTLM_BAD_CHALLENGE', [3, 1]) },
      replayable: { first: responds(200, [4, 1]), every: fails('ERR_NTLM_BAD_CHALLENGE', [3, 1]) },
      'HEAD once only': { first: responds(401, [2, 1]), every: responds(401, [2, 1]) },
      rest: { first: responds(200, [3, 1]), every: responds(401, [3, 1]) },
    },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['503 and close'],
    mayBeSentAgain: true,
    rule: '3 and 2: the same, on a new connection each time.',
    cells: {
      repeatable: {
        first: responds(200, [4, 2]),
        every: either(responds(401, [4, 3]), fails(CLOSED, [4, 3])),
      },
      replayable: {
        first: responds(200, [4, 2]),
        every: either(responds(401, [4, 3]), fails(CLOSED, [4, 3])),
      },
      rest: { first: responds(200, [3, 2]), every: either(responds(401, [3, 3]), fails(CLOSED, [3, 3])) },
    },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['FIN', 'RST', 'half a head, FIN', 'Connection: close'],
    rule: '2: the AUTHENTICATE goes on no other socket: start over, at most twice.',
    cells: { first: responds(200, [3, 2]), every: fails(CLOSED, [3, 3]) },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['half a head, silence'],
    rule: 'handshakeTimeout.',
    cells: { first: fails('ERR_NTLM_TIMEOUT', [1, 1]) },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['garbage'],
    rule: '1 and 2: bytes behind an answer end the connection: start over, or the parse error if the request had gone.',
    cells: {
      first: either(responds(200, [4, 2]), fails('parse error', [2, 1])),
      every: either(fails(CLOSED, [3, 3]), fails('parse error', [2, 1])),
    },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['TLS alert'],
    rule: "2: the connection is lost; or the client's own TLS error, if the request had gone.",
    cells: {
      first: either(responds(200, [4, 2]), fails('TLS error', [2, 1])),
      every: either(fails(CLOSED, [3, 3]), fails('TLS error', [2, 1])),
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['half a body, FIN', 'half a body, RST', 'Content-Length too long, FIN', 'Connection: close'],
    mayBeSentAgain: true,
    rule: '2 and 3: start over, and ask with the own method at once.',
    cells: {
      repeatable: { first: responds(200, [5, 2]), every: fails(CLOSED, [5, 3]) },
      replayable: { first: responds(200, [5, 2]), every: fails(CLOSED, [5, 3]) },
      rest: { first: responds(200, [4, 2]), every: fails(CLOSED, [4, 3]) },
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['half a body, silence', 'Content-Length too long, silence'],
    mayBeSentAgain: true,
    rule: '9, handshakeTimeout: the body of a leg is read to its end.',
    cells: {
      repeatable: { first: fails('ERR_NTLM_TIMEOUT', [3, 1]) },
      replayable: { first: fails('ERR_NTLM_TIMEOUT', [3, 1]) },
      rest: { first: fails('ERR_NTLM_TIMEOUT', [2, 1]) },
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['Content-Length too short'],
    mayBeSentAgain: true,
    rule: '1 and 2: bytes behind an answer end the connection: start over, or the parse error if the request had gone.',
    cells: {
      first: either(responds(200, [6, 2]), fails('parse error', [4, 1])),
      every: either(fails(CLOSED, [6, 3]), fails('parse error', [4, 1])),
    },
  },
]
