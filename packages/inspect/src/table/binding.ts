import type { FindingEntry } from '../finding-table.js'

/** The causes that lie in Extended Protection: the certificate, and the name of the service. */
export const BINDING = {
  'binding-mismatch': {
    title: "The channel binding may not be that of the server's own certificate",
    means:
      'The log-on is bound to the certificate that was seen here. Where something in between inspects or terminates ' +
      'TLS the server has another one, and Extended Protection refuses: it looks like a wrong password.',
    nextStep:
      'Compare the fingerprint with the certificate on the server. If they differ, have the origin exempted ' +
      'from inspection; or have the server say "Accept" and set the option channelBinding to \'none\'.',
    elsewhere:
      'Compare the fingerprint with the certificate on the server. If they differ, have the origin exempted from inspection; ' +
      'or have the server say "Accept" and ask without a binding.',
  },
  'binding-off': {
    title: 'The log-on carried no channel binding',
    means: 'Over TLS a server with Extended Protection set to "Required" refuses a log-on that is not bound.',
    nextStep: "Leave the option channelBinding at 'auto'.",
    elsewhere:
      'Ask with a client that binds: curl --ntlm cannot; a browser on Windows and ntlmkit request do. If that is let in, it is this.',
  },
  'binding-needs-tls': {
    title: 'There may be a binding wanted that plain http cannot give',
    means:
      'A server with Extended Protection set to "Required" wants the binding to a certificate, and http has none.',
    nextStep: 'Use the https address; or look for Sub Status 0xC000035B in event 4625, which would prove it.',
  },
  'name-is-alias': {
    title: "The address is not the server's own name",
    means:
      'The service principal name is made of the address. For an IP address or an alias there may be none, which ' +
      'stops Kerberos, and NTLM where Extended Protection looks at it. Windows also refuses an alias of itself ' +
      'on the same machine (loopback check).',
    nextStep:
      "Use the server's own name, or set the option spn; for the loopback check, BackConnectionHostNames.",
    elsewhere:
      "Use the server's own name, or have a service principal registered for this one; for the loopback check, " +
      'BackConnectionHostNames.',
  },
} as const satisfies Record<string, FindingEntry>
