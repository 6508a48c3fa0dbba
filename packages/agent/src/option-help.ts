import { OPTION_HELP, type OptionHelp } from '@ntlmkit/transport'
import { AGENT_OPTIONS } from './misspelt-options.js'

/** Options of http.request and of clients that choose an agent: here they open the connections. */
const AGENTS: readonly string[] = ['agent', 'agents', 'httpAgent', 'httpsAgent', 'proxy', 'proxyAgent']

/** Says where the options of agents go, for whoever gives them with the credentials. */
function helpFor(call: string, others: readonly string[] = []): OptionHelp {
  const example = (inside: string) => `${call}(options, { ${inside} })`
  return {
    others,
    places: [
      {
        names: AGENT_OPTIONS,
        says: (name) => `TLS and agent options are the second argument: ${example(name)}.`,
      },
      {
        names: ['connections', 'maxConnections'],
        says: () => `The most connections to one origin are maxSockets: ${example('maxSockets')}.`,
      },
      {
        names: AGENTS,
        says: () =>
          `An agent that opens the connections is \`via\` in the second argument: ${example('via: agent')}.`,
      },
    ],
  }
}

const HELP = helpFor('ntlmAgents')
const HELP_FOR_IDENTITIES = helpFor('identities', ['max'])

/** The options with what ntlmAgents says of unknown ones; a package that builds on it has said so before. */
export function withHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP, ...options }
}

/** As {@link withHelp}, for `identities`. */
export function withIdentitiesHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP_FOR_IDENTITIES, ...options }
}
