import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in the account, its name or its secret. */
export const CREDENTIALS = {
  'wrong-credentials': {
    title: 'The log-on was refused',
    means:
      'The server answered the AUTHENTICATE with another 401. On the wire a wrong password, an unknown name and a ' +
      'disabled, locked, expired or restricted account all look like this.',
    nextStep:
      'Check name, domain and password; then look at event 4625 in the Security log of the server or its domain ' +
      'controller: the Sub Status says which it was (0xC000006A is a wrong password).',
  },
  'domain-form': {
    title: 'The name or its domain has a form that the server may not know',
    means: 'The account was named by a domain that the CHALLENGE does not have, or with the wrong separator.',
    nextStep: "Write 'DOMAIN\\\\user' (two backslashes in source text) with the NetBIOS name of the domain.",
  },
  'rejected-cooling-down': {
    title: 'No log-on was tried: the credential was refused a short while ago',
    means: 'A refused credential rests for 1, 5, then 15 minutes, so that a wrong password locks no account.',
    nextStep:
      'Mend what the first refusal was about (see the cause), or give another credential: it is tried at once.',
  },
  'missing-rights': {
    title: 'The log-on succeeded and the account may not do this',
    means: 'The server knows the account, and refuses this resource to it; IIS does so with a 401 too.',
    nextStep:
      'Give the account the right to this path: file permissions (IIS log: 401.3), URL authorization, the groups of ' +
      'the application.',
  },
  'clock-skew': {
    title: 'The clocks differ by five minutes or more',
    means:
      "The server's clock is not this machine's. Kerberos refuses that outright; NTLM mostly bears it, unless the " +
      "server's clock is also not its domain controller's.",
    nextStep: 'Set both clocks by the same source (w32tm /query /status on Windows, timedatectl on Linux).',
  },
  'workstation-restricted': {
    title: 'The account may be restricted to other workstations',
    means:
      'A workstation name was sent. An account with a "Log On To" list is refused from names that are not on it.',
    nextStep:
      "Look for Sub Status 0xC0000070 in event 4625; then add the name to the account's Log On To list, or change " +
      'the option workstation.',
    elsewhere:
      "Look for Sub Status 0xC0000070 in event 4625; then add the name to the account's Log On To list, or have the client " +
      'send another.',
  },
  anonymous: {
    title: 'The log-on was anonymous',
    means: 'The AUTHENTICATE names nobody and proves nothing: no user and password were given.',
    nextStep: 'Give username and password; in a script, look whether the variables that hold them are set.',
  },
} as const satisfies Record<string, FindingEntry>
