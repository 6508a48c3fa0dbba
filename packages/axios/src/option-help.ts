import { AGENT_OPTIONS } from '@ntlmkit/agent'
import { OPTION_HELP, type OptionHelp } from '@ntlmkit/transport'

/** Options of axios itself, in a config or for an instance. */
const AXIOS_OPTIONS: readonly string[] = [
  'adapter',
  'baseURL',
  'headers',
  'httpAgent',
  'httpsAgent',
  'maxRedirects',
  'params',
  'proxy',
  'responseType',
  'signal',
  'validateStatus',
  'withCredentials',
]

/** Says where the options of agents and of axios go, for whoever gives them with the credentials. */
function helpFor(call: string, others: readonly string[] = []): OptionHelp {
  return {
    others,
    places: [
      { names: AXIOS_OPTIONS, says: (name) => `That is axios's own: axios.create({ ${name} }).` },
      {
        names: AGENT_OPTIONS.filter((name) => name !== 'via'),
        says: (name) =>
          `TLS and agent options are the third argument: ${call}, options, { ${name} }); or have axios.create() take an httpsAgent with them.`,
      },
      {
        names: ['connections', 'maxConnections'],
        says: () => `The most connections to one origin are maxSockets: ${call}, options, { maxSockets }).`,
      },
      {
        names: ['via', 'agent', 'agents'],
        says: () => 'Give agents to axios: axios.create({ httpAgent, httpsAgent }).',
      },
    ],
  }
}

const HELP = helpFor('ntlm(instance')
const HELP_FOR_IDENTITIES = helpFor('identities(make', ['max'])

/** The options with what ntlm says of unknown ones. */
export function withHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP, ...options }
}

/** As {@link withHelp}, for `identities`. */
export function withIdentitiesHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP_FOR_IDENTITIES, ...options }
}
