import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in the connection: NTLM authenticates it, so that it has to last. */
export const CONNECTION = {
  http2: {
    title: 'The connection speaks HTTP/2',
    means:
      'NTLM authenticates a connection, and HTTP/2 shares one among requests: servers refuse, or never agree.',
    nextStep: 'Offer http/1.1 only: allowH2: false in undici, http2: false in got, --http1.1 for curl.',
  },
  'connection-not-kept': {
    title: 'The connection ends before the log-on does',
    means:
      'The CHALLENGE came on a connection that is not kept (Connection: close, HTTP/1.0), so that no AUTHENTICATE can follow on it.',
    nextStep:
      'Switch keep-alive on at the server, and at every proxy in between (nginx: proxy_http_version 1.1 and keepalive).',
  },
  'legs-spread': {
    title: 'The messages of one log-on may reach several machines',
    means:
      'A balancer that spreads requests, or shares connections to the server, gives the AUTHENTICATE to a machine that did not challenge.',
    nextStep:
      'Have the balancer tie the connection to the server to that of the client (affinity, layer 4, or NTLM support switched on).',
  },
  'closed-between-legs': {
    title: 'The connection was closed between CHALLENGE and AUTHENTICATE',
    means:
      'Nothing had said that it would close: a short idle time-out, a balancer, a server that fell over the token.',
    nextStep: 'See what is between here and the server, and its time-outs; try the server directly.',
  },
  timeout: {
    title: 'Something took too long',
    means:
      'The time was over before the log-on was: connecting, one of the legs, or the function that gives the password.',
    nextStep:
      'See what is slow there; a server that is slow at the AUTHENTICATE waits for its domain controller. Or raise the option handshakeTimeout.',
    elsewhere:
      'See what is slow there; a server that is slow at the AUTHENTICATE waits for its domain controller. Or give it longer.',
  },
} as const satisfies Record<string, FindingEntry>
