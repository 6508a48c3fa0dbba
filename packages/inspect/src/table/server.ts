import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in what answers: another page, a proxy, HTTP.sys. */
export const SERVER = {
  'login-page': {
    title: 'The server sends to a log-on page instead of asking for NTLM',
    means: 'Its forms or federation (SharePoint in mixed mode, ADFS) took the request for one of a browser.',
    nextStep:
      'For SharePoint send the header X-FORMS_BASED_AUTH_ACCEPTED: f. For ADFS, have the client named in WIASupportedUserAgents.',
  },
  'proxy-asks': {
    title: 'A proxy on the way asks for a log-on',
    means: '407 is the proxy, not the server, whose credentials it does not get.',
    nextStep:
      'Give the credentials of the proxy to what opens the connections (an agent as via; for axios httpsAgent), or go past it (NO_PROXY).',
  },
  'head-not-served': {
    title: 'The server does not serve HEAD',
    means:
      'A log-on begins with a HEAD where the request itself cannot carry it; this server refuses that method, or breaks at it.',
    nextStep:
      'Nothing has to be done: another way is found, and remembered for ten minutes. firstLeg: { head: false } saves the attempt.',
  },
  'server-stopped': {
    title: 'HTTP.sys answers for a site that does not run',
    means:
      'The kernel of Windows answered the 503 itself: the application pool is stopped or disabled, its queue full, or its identity cannot log on.',
    nextStep:
      "Start the application pool; if it stops again, look at the System log (source WAS) and at the pool account's password.",
  },
} as const satisfies Record<string, FindingEntry>
