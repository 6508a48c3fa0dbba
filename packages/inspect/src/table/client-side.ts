import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in this program: the request went without our taking part, or could not go again. */
export const CLIENT_SIDE = {
  'origin-not-listed': {
    title: 'The origin is not in the list of those that may get the credentials',
    means: 'The server asked, and the origins option does not name it: nothing was tried.',
    nextStep:
      "Add the origin to the origins option, exactly as it is asked: scheme, name and port ('https://intranet.corp:8443').",
  },
  'own-authorization': {
    title: 'The request has an Authorization of its own',
    means: 'What the client set itself is left alone: a header, axios auth, a user and password in the URL.',
    nextStep: 'Take the Authorization (auth, user:password@ in the URL) off the request.',
  },
  'client-bypassed': {
    title: 'The request went past this package',
    means:
      'A proxy option, another agent, a mock (msw, nock), a dns interceptor or ntlm: false had it sent without the agents that log on.',
    nextStep:
      'Give an agent for the proxy to this package (via, httpsAgent), switch the mock off for this origin, or take ntlm: false away.',
  },
  'runtime-ignores-dispatcher': {
    title: 'This run-time ignores the dispatcher',
    means:
      "The fetch of Bun and of Deno takes no dispatcher of undici: the request went by the run-time's own connections.",
    nextStep: 'Use @ntlmkit/agent with node:http, axios or got there; or run the program with Node.',
  },
  'body-goes-once': {
    title: 'The body was sent before the server asked, and cannot be sent again',
    means: 'A stream goes once; a server that asks after it has read it gets no second one.',
    nextStep:
      'Send it once more: the origin is known to ask now. Or give the body as a string, bytes or a Blob, or firstLeg: { path }.',
  },
} as const satisfies Record<string, FindingEntry>
