import { coolsDown, either, fails, type Row, repeatable, responds, STATUSES } from './outcome.js'

const CLOSED = 'ERR_NTLM_CONNECTION_CLOSED'

/** The request itself, with the AUTHENTICATE, on a connection of its own. */
export const REQUEST: readonly Row[] = [
  {
    legs: ['before AUTHENTICATE is written'],
    faults: ['FIN', 'RST'],
    rule: 'rules.md, Principles 3: the body belongs to Node or to undici by then, and goes once.',
    cells: { first: fails(CLOSED, [2, 1]) },
  },
  {
    legs: ['before AUTHENTICATE is written'],
    faults: ['garbage'],
    rule: "rules.md, Principles 7: the client's own parse error.",
    cells: { first: fails('parse error', [2, 1]) },
  },
  {
    legs: ['while the body is sent'],
    faults: ['FIN', 'RST'],
    rule: 'rules.md, Principles 3: nobody can tell what the server did with the body so far: it goes once.',
    cells: { first: fails(CLOSED, [2, 1]) },
  },
  {
    legs: ['while the body is sent'],
    faults: ['100', '102', '103 twice'],
    rule: 'RFC 9110 15.2: interim answers are no answers.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['while the body is sent', 'before the answer'],
    faults: ['garbage'],
    rule: "rules.md, Principles 7: the client's own parse error.",
    cells: { first: fails('parse error', [2, 1]) },
  },
  ...STATUSES.map(
    (status): Row => ({
      legs: ['while the body is sent', 'before the answer'],
      faults: [status],
      rule: 'rules.md, Principles 2: what is no 401 is the response, also where it comes early.',
      cells: { first: responds(Number(status), [2, 1]) },
    }),
  ),
  {
    legs: ['while the body is sent'],
    faults: ['503 and close'],
    rule: "rules.md, Principles 2: what is no 401 is the response; or the client's own error, where the close meets the body.",
    cells: { first: either(responds(503, [2, 1]), fails('connection lost', [2, 1])) },
  },
  {
    legs: ['before the answer'],
    faults: ['503 and close'],
    rule: 'rules.md, Principles 2: what is no 401 is the response.',
    cells: { first: responds(503, [2, 1]) },
  },
  {
    legs: ['before AUTHENTICATE is written', 'while the body is sent', 'before the answer'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: TLS says more than that the connection was lost: the client's own error.",
    cells: { first: fails('TLS error', [2, 1]) },
  },
  {
    legs: [
      'before AUTHENTICATE is written',
      'while the body is sent',
      'before the answer',
      'during the answer',
    ],
    faults: ['renegotiation, same certificate'],
    rule: 'rules.md, Principles 8: the channel is the same.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['before AUTHENTICATE is written', 'while the body is sent', 'before the answer'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the connection is not the one that was authenticated.',
    cells: { first: fails('ERR_NTLM_CHANNEL_BINDING', [2, 1]) },
  },
  {
    legs: ['before the answer'],
    faults: ['FIN', 'RST', 'half a head, FIN'],
    rule: 'rules.md, Then as ever, and Log-ons: start over with what may go again; a connection that closes on an AUTHENTICATE twice is a rejection. Nobody can tell if the server acted on the others.',
    cells: {
      ...repeatable({ first: responds(200, [4, 2]), every: coolsDown(fails(CLOSED, [4, 2])) }),
      rest: { first: fails(CLOSED, [2, 1]) },
    },
  },
  {
    legs: ['before the answer'],
    faults: ['Connection: close', 'close unannounced', '100', '102', '103 twice'],
    rule: 'rules.md, Principles 2: the answer is whole.',
    cells: { first: responds(200, [2, 1]) },
  },
  {
    legs: ['before the answer'],
    faults: ['Content-Length too short'],
    rule: "rules.md, Then as ever: the answer ends where it says; what follows ends the connection, or the client's own answer with it.",
    cells: { first: either(responds(200, [2, 1]), fails('parse error', [2, 1])) },
  },
  {
    legs: ['before the answer'],
    faults: ['Content-Length too long, FIN'],
    rule: "rules.md, Then as ever: bytes of the answer have come: the client's own error, and nothing is sent again.",
    cells: { first: fails('answer cut short', [2, 1]) },
  },
  {
    legs: ['during the answer'],
    faults: ['FIN', 'RST'],
    rule: "rules.md, Then as ever: bytes of the answer have come: the client's own error, and nothing is sent again.",
    cells: { first: fails('answer cut short', [2, 1]) },
  },
  {
    legs: ['during the answer'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: the client's own error; node:http says of every answer that breaks off that it was aborted.",
    cells: { first: either(fails('TLS error', [2, 1]), fails('answer cut short', [2, 1])) },
  },
  {
    legs: ['during the answer'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the connection is closed; node:http says of every answer that breaks off that it was aborted.',
    cells: { first: either(fails('ERR_NTLM_CHANNEL_BINDING', [2, 1]), fails('answer cut short', [2, 1])) },
  },
]
