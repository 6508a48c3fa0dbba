import { either, fails, type Row, responds, STATUSES } from './outcome.js'

const CLOSED = 'ERR_NTLM_CONNECTION_CLOSED'
const TIMEOUT = 'ERR_NTLM_TIMEOUT'

/**
 * The legs before the request itself. Counted are, in this order: the leg of the fault; of a body that goes again, the
 * request plainly and a leg of its own method, and of one that goes once the two that authenticate the connection
 * elsewhere; the request.
 */
export const HANDSHAKE: readonly Row[] = [
  {
    legs: ['before TLS'],
    faults: ['FIN', 'RST'],
    rule: 'rules.md, Principles 7: what the connector fails with reaches the caller as it is; there was no connection to lose.',
    cells: { first: fails('connection lost', [0, 1]) },
  },
  {
    legs: ['before TLS'],
    faults: ['garbage', 'TLS alert', 'client certificate wanted'],
    rule: 'rules.md, Principles 7: TLS says more than that the connection was lost, and it would say so again.',
    cells: { first: fails('TLS error', [0, 1]) },
  },
  {
    legs: ['before TLS'],
    faults: ['silence'],
    rule: 'handshakeTimeout: connecting, and all legs before the authenticated request.',
    cells: { first: fails(TIMEOUT, [0, 1]) },
  },
  {
    legs: ['before NEGOTIATE'],
    faults: ['silence'],
    rule: 'rules.md, The first leg: a HEAD without an answer says nothing, and the next way is tried on a new connection; handshakeTimeout.',
    cells: {
      GET: { first: responds(200, [2, 2]), every: fails(TIMEOUT, [0, 2]) },
      HEAD: { first: responds(200, [3, 2]), every: fails(TIMEOUT, [0, 2]) },
      // On every connection it goes plainly on the second, and behind that only the user's patience ends a silence.
      replayable: { first: responds(200, [3, 2]) },
      'once only': { first: responds(200, [3, 2]), every: fails(TIMEOUT, [0, 2]) },
      rest: { first: fails(TIMEOUT, [0, 1]) },
    },
  },
  {
    legs: ['before NEGOTIATE'],
    faults: ['FIN', 'RST'],
    rule: 'rules.md, The first leg, and Then as ever: a lost HEAD says nothing; start over on a new connection, at most twice.',
    cells: {
      // The second connection is lost under the request itself.
      replayable: { first: responds(200, [3, 2]), every: fails('connection lost', [0, 2]) },
      'once only': { first: responds(200, [3, 2]), every: fails(CLOSED, [0, 3]) },
      rest: { first: responds(200, [2, 2]), every: fails(CLOSED, [0, 3]) },
    },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE'],
    faults: ['FIN, then another certificate'],
    rule: 'rules.md, Then as ever: start over; the certificate is read, and bound to, once a connection.',
    cells: {
      replayable: { first: responds(200, [4, 2]) },
      'once only': { first: responds(200, [4, 2]) },
      rest: { first: responds(200, [3, 2]) },
    },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['FIN, then another certificate'],
    rule: 'rules.md, Then as ever: start over; the certificate is read, and bound to, once a connection.',
    cells: { first: responds(200, [3, 2]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE'],
    faults: ['garbage'],
    rule: "rules.md, The first leg: garbage in answer to a HEAD says nothing; any other is the client's own parse error.",
    cells: {
      'carried GET': { first: fails('parse error', [1, 1]) },
      GET: { first: responds(200, [3, 2]), every: fails('parse error', [2, 2]) },
      replayable: { first: responds(200, [4, 2]), every: fails('parse error', [3, 2]) },
      rest: { first: responds(200, [4, 2]), every: fails('parse error', [2, 2]) },
    },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE', 'with the CHALLENGE'],
    faults: ['renegotiation, same certificate'],
    rule: 'rules.md, Principles 8: the channel is the same.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE', 'with the CHALLENGE'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the binding would be to a certificate that is not there any more.',
    cells: { first: fails('ERR_NTLM_CHANNEL_BINDING', [2, 1]) },
  },
  {
    legs: ['before NEGOTIATE', 'after NEGOTIATE'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: TLS says more than that the connection was lost: the client's own error.",
    cells: { first: fails('TLS error', [1, 1]) },
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['FIN', 'RST'],
    rule: 'rules.md, The first leg, and Then as ever: a lost HEAD says nothing; start over on a new connection, at most twice.',
    cells: lostHead(),
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['silence'],
    rule: 'rules.md, The first leg: a HEAD without an answer says nothing, and the next way is tried on a new connection; handshakeTimeout.',
    cells: silentHead(),
  },
  {
    legs: ['after NEGOTIATE'],
    faults: ['100', '102', '103 twice'],
    rule: 'RFC 9110 15.2: interim answers are no answers.',
    cells: { first: responds(200, [2, 1]) },
  },
  ...STATUSES.map(
    (status): Row => ({
      legs: ['after NEGOTIATE'],
      faults: [status],
      rule: 'rules.md, Principles 2, and The first leg: the answer to the request itself is the response; to a leg it says nothing.',
      cells: {
        'carried GET': { first: responds(Number(status), [1, 1]) },
        GET: { first: responds(200, [3, 1]), every: responds(401, [5, 1]) },
        replayable: { first: responds(200, [4, 1]), every: responds(401, [5, 1]) },
        'once only': { first: responds(200, [4, 1]), every: responds(401, [3, 1]) },
        rest: { first: responds(200, [5, 1]), every: responds(401, [4, 1]) },
      },
    }),
  ),
  {
    legs: ['after NEGOTIATE'],
    faults: ['503 and close'],
    rule: 'rules.md, Principles 2: the same, on a new connection each time: a close changes only where the next step happens.',
    cells: {
      'carried GET': { first: responds(503, [1, 1]) },
      GET: { first: responds(200, [3, 2]), every: responds(401, [5, 4]) },
      replayable: { first: responds(200, [4, 2]), every: responds(401, [5, 4]) },
      'once only': { first: responds(200, [4, 2]), every: responds(401, [3, 3]) },
      rest: { first: responds(200, [5, 2]), every: responds(401, [4, 3]) },
    },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['FIN', 'RST', 'Connection: close'],
    rule: 'rules.md, Then as ever: the AUTHENTICATE goes on no other socket: start over, at most twice.',
    cells: { first: responds(200, [3, 2]), every: fails(CLOSED, [3, 3]) },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['half a head, FIN'],
    rule: 'rules.md, The first leg, and Then as ever: a lost HEAD says nothing; start over on a new connection, at most twice.',
    cells: lostHead(),
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['half a head, silence'],
    rule: 'rules.md, The first leg: a HEAD without an answer says nothing, and the next way is tried on a new connection; handshakeTimeout.',
    cells: silentHead(),
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['garbage'],
    rule: 'rules.md, The first leg: bytes behind an answer are garbage, or end the connection: start over, or the parse error if the request had gone.',
    cells: {
      replayable: {
        first: either(responds(200, [4, 2]), fails('parse error', [2, 1])),
        every: either(fails(CLOSED, [4, 3]), fails('parse error', [4, 3])),
      },
      rest: {
        first: either(responds(200, [4, 2]), fails('parse error', [2, 1])),
        every: either(fails(CLOSED, [3, 3]), fails('parse error', [3, 3])),
      },
    },
  },
  {
    legs: ['with the CHALLENGE'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: the connection is lost; or the client's own TLS error, if the request had gone.",
    cells: {
      first: either(responds(200, [4, 2]), fails('TLS error', [2, 1])),
      every: either(fails(CLOSED, [3, 3]), fails('TLS error', [2, 1])),
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['half a body, FIN', 'half a body, RST', 'Content-Length too long, FIN', 'Connection: close'],
    rule: 'rules.md, Then as ever: start over, and do not ask by HEAD again.',
    cells: {
      'carried GET': { first: responds(200, [3, 2]), every: fails(CLOSED, [3, 3]) },
      replayable: { first: responds(200, [5, 2]), every: fails(CLOSED, [5, 3]) },
      'once only': { first: responds(200, [5, 2]), every: fails(CLOSED, [4, 3]) },
      rest: { first: responds(200, [4, 2]), every: fails(CLOSED, [4, 3]) },
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['half a body, silence', 'Content-Length too long, silence'],
    rule: 'handshakeTimeout: the body of a leg is read to its end.',
    cells: {
      'carried GET': { first: fails(TIMEOUT, [1, 1]) },
      replayable: { first: fails(TIMEOUT, [3, 1]) },
      rest: { first: fails(TIMEOUT, [2, 1]) },
    },
  },
  {
    legs: ['with a CHALLENGE that has a body'],
    faults: ['Content-Length too short'],
    rule: 'rules.md, Then as ever: bytes behind an answer end the connection: start over, or the parse error if the request had gone.',
    cells: {
      'carried GET': {
        first: either(responds(200, [4, 2]), fails('parse error', [2, 1])),
        every: either(fails(CLOSED, [4, 3]), fails('parse error', [2, 1])),
      },
      rest: {
        first: either(responds(200, [6, 2]), fails('parse error', [4, 1])),
        every: either(fails(CLOSED, [6, 3]), fails('parse error', [4, 1])),
      },
    },
  },
]

/** The HEAD has gone, and no answer came before the connection was lost. */
function lostHead(): Row['cells'] {
  return {
    replayable: { first: responds(200, [4, 2]), every: fails(CLOSED, [4, 3]) },
    'once only': { first: responds(200, [4, 2]), every: fails(CLOSED, [3, 3]) },
    rest: { first: responds(200, [3, 2]), every: fails(CLOSED, [3, 3]) },
  }
}

/** The leg has gone, and nobody says anything. */
function silentHead(): Row['cells'] {
  return {
    GET: { first: responds(200, [3, 2]), every: fails(TIMEOUT, [2, 2]) },
    HEAD: { first: responds(200, [4, 2]), every: fails(TIMEOUT, [2, 2]) },
    replayable: { first: responds(200, [4, 2]), every: fails(TIMEOUT, [3, 2]) },
    'once only': { first: responds(200, [4, 2]), every: fails(TIMEOUT, [2, 2]) },
    rest: { first: fails(TIMEOUT, [1, 1]) },
  }
}
