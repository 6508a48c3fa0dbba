import { coolsDown, either, fails, type Row, repeatable, responds, STATUSES } from './outcome.js'

/** A request without a token, on a connection that another has authenticated: that one is not counted. */
export const REUSED: readonly Row[] = [
  {
    legs: ['idle'],
    faults: ['FIN', 'RST', 'FIN, then another certificate', 'garbage', '503 and close', 'TLS alert'],
    rule: 'rules.md, Then as ever: an idle connection that says anything is closed; the next request gets another.',
    cells: { first: responds(200, [2, 2]) },
  },
  {
    legs: ['idle'],
    faults: ['renegotiation, same certificate'],
    rule: 'rules.md, Principles 8: the channel is the same.',
    cells: { first: responds(200, [1, 1]) },
  },
  {
    legs: ['idle'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the connection is not the one that was authenticated: the next request gets another.',
    cells: { first: responds(200, [2, 2]) },
  },
  {
    legs: ['re-used, while the body is sent'],
    faults: ['FIN', 'RST'],
    rule: "rules.md, Principles 3: what goes once fails with the client's own error.",
    cells: { first: fails('connection lost', [1, 1]) },
  },
  {
    legs: ['re-used, before the answer'],
    faults: ['FIN', 'RST', 'half a head, FIN'],
    rule: "rules.md, Then as ever, and Log-ons: what may go again does, once, and a connection that closes on an AUTHENTICATE twice is a rejection; others fail with the client's own error.",
    cells: {
      ...repeatable({
        first: responds(200, [3, 2]),
        every: coolsDown(fails('ERR_NTLM_CONNECTION_CLOSED', [5, 3])),
      }),
      rest: { first: fails('connection lost', [1, 1]) },
    },
  },
  {
    legs: ['re-used, while the body is sent', 're-used, before the answer'],
    faults: ['garbage'],
    rule: "rules.md, Principles 7: the client's own parse error.",
    cells: { first: fails('parse error', [1, 1]) },
  },
  {
    legs: ['re-used, while the body is sent'],
    faults: ['100', '102', '103 twice'],
    rule: 'RFC 9110 15.2: interim answers are no answers.',
    cells: { first: responds(200, [1, 1]) },
  },
  {
    legs: ['re-used, before the answer'],
    faults: ['Connection: close', 'close unannounced', '100', '102', '103 twice'],
    rule: 'rules.md, Principles 2: the answer is whole.',
    cells: { first: responds(200, [1, 1]) },
  },
  ...STATUSES.map(
    (status): Row => ({
      legs: ['re-used, while the body is sent', 're-used, before the answer'],
      faults: [status],
      rule: 'rules.md, Principles 2: what is no 401 is the response, also where it comes early.',
      cells: { first: responds(Number(status), [1, 1]) },
    }),
  ),
  {
    legs: ['re-used, while the body is sent'],
    faults: ['503 and close'],
    rule: "rules.md, Principles 2: what is no 401 is the response; or the client's own error, where the close meets the body.",
    cells: { first: either(responds(503, [1, 1]), fails('connection lost', [1, 1])) },
  },
  {
    legs: ['re-used, before the answer'],
    faults: ['503 and close'],
    rule: 'rules.md, Principles 2: what is no 401 is the response.',
    cells: { first: responds(503, [1, 1]) },
  },
  {
    legs: ['re-used, before the answer'],
    faults: ['Content-Length too short'],
    rule: "rules.md, Then as ever: the answer ends where it says; what follows ends the connection, or the client's own answer with it.",
    cells: { first: either(responds(200, [1, 1]), fails('parse error', [1, 1])) },
  },
  {
    legs: ['re-used, before the answer'],
    faults: ['Content-Length too long, FIN'],
    rule: "rules.md, Then as ever: bytes of the answer have come: the client's own error, and nothing is sent again.",
    cells: { first: fails('answer cut short', [1, 1]) },
  },
  {
    legs: ['re-used, during the answer'],
    faults: ['FIN', 'RST'],
    rule: "rules.md, Then as ever: bytes of the answer have come: the client's own error, and nothing is sent again.",
    cells: { first: fails('answer cut short', [1, 1]) },
  },
  {
    legs: ['re-used, while the body is sent', 're-used, before the answer'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: TLS says more than that the connection was lost: the client's own error.",
    cells: { first: fails('TLS error', [1, 1]) },
  },
  {
    legs: ['re-used, while the body is sent', 're-used, before the answer', 're-used, during the answer'],
    faults: ['renegotiation, same certificate'],
    rule: 'rules.md, Principles 8: the channel is the same.',
    cells: { first: responds(200, [1, 1]) },
  },
  {
    legs: ['re-used, while the body is sent', 're-used, before the answer'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the connection is not the one that was authenticated.',
    cells: { first: fails('ERR_NTLM_CHANNEL_BINDING', [1, 1]) },
  },
  {
    legs: ['re-used, during the answer'],
    faults: ['TLS alert'],
    rule: "rules.md, Principles 7: the client's own error; node:http says of every answer that breaks off that it was aborted.",
    cells: { first: either(fails('TLS error', [1, 1]), fails('answer cut short', [1, 1])) },
  },
  {
    legs: ['re-used, during the answer'],
    faults: ['renegotiation, other certificate'],
    rule: 'rules.md, Principles 8: the connection is closed; node:http says of every answer that breaks off that it was aborted.',
    cells: { first: either(fails('ERR_NTLM_CHANNEL_BINDING', [1, 1]), fails('answer cut short', [1, 1])) },
  },
]
