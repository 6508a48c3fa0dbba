import { Command } from 'commander'
import type { DecodeOptions } from '../decode/run-decode.js'
import type { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'

const EXAMPLES = `
Examples:

  ntlmkit decode TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==
  ntlmkit decode 'WWW-Authenticate: Negotiate oYHGMIHDoAMKAQGh...'
  ntlmkit decode intranet.har
  curl -v --ntlm -u 'CORP\\alice' https://intranet.corp/ 2>&1 | ntlmkit decode -
  ntlmkit decode --password --certificate server.pem intranet.har

The checks need the CHALLENGE and the AUTHENTICATE of one handshake, and the MIC
its NEGOTIATE too. The secret comes from $NTLM_PASSWORD or $NTLM_NT_HASH, or is
asked for.

Exit codes: 0 decoded, 1 the input cannot be read, 2 a check failed, 3 there is
no token in it.
`

/** `ntlmkit decode`: what is in a token, or in the record of a conversation. */
export function decodeCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  return new Command('decode')
    .description('show what is in a token, a header line, a HAR file, a curl -v log')
    .argument('[input...]', 'a token, a header line, a file, or - for standard input')
    .option('--password [=value]', 'check response, MIC and binding with this password')
    .option('--nt-hash [=value]', 'the same with an NT hash')
    .option('--certificate <file>', 'the server certificate (PEM or DER), for the binding')
    .option('--json', 'print what was read as JSON')
    .option('--web', 'open the page that decodes, on loopback')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], options: DecodeOptions) => {
      const { runDecode } = await import('../decode/run-decode.js')
      finish(await runDecode(inputs, options, screen))
    })
}

/**
 * Makes `--password` alone mean "ask me": what follows it is what to decode. Only `--password=VALUE` has a value.
 */
export function withoutBareSecrets(args: readonly string[]): string[] {
  return args.map((arg) => (arg === '--password' || arg === '--nt-hash' ? `${arg}=` : arg))
}
