import { AGENT_OPTIONS } from '@ntlmkit/agent'
import { OPTION_HELP, type OptionHelp } from '@ntlmkit/transport'

/** Options of got itself. */
const GOT_OPTIONS: readonly string[] = [
  'agent',
  'headers',
  'hooks',
  'https',
  'prefixUrl',
  'responseType',
  'retry',
  'searchParams',
  'throwHttpErrors',
]

/** Says where the options of agents and of got go, for whoever gives them with the credentials. */
function helpFor(call: string, place: 'second' | 'third', others: readonly string[] = []): OptionHelp {
  return {
    others,
    places: [
      { names: GOT_OPTIONS, says: (name) => `That is got's own: got.extend({ ${name} }, ntlm({ ... })).` },
      {
        names: AGENT_OPTIONS.filter((name) => name !== 'via'),
        says: (name) =>
          `TLS and agent options are the ${place} argument: ${call}, { ${name} }); or those of TLS stay in got's https.`,
      },
      {
        names: ['connections', 'maxConnections'],
        says: () => `The most connections to one origin are maxSockets: ${call}, { maxSockets }).`,
      },
      {
        names: ['via', 'agents', 'proxy'],
        says: () => 'Give agents to got: got.extend({ agent: { http, https } }, ntlm({ ... })).',
      },
    ],
  }
}

const HELP = helpFor('ntlm(options', 'second')
const HELP_FOR_IDENTITIES = helpFor('identities(got, options', 'third', ['max'])

/** The options with what ntlm says of unknown ones. */
export function withHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP, ...options }
}

/** As {@link withHelp}, for `identities`. */
export function withIdentitiesHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP_FOR_IDENTITIES, ...options }
}
