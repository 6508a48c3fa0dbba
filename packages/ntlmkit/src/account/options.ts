import type { Command } from 'commander'

/** The options that say who to be. */
export interface AccountOptions {
  user?: string | undefined
  netrc?: string | undefined
}

/** Adds the options to a command. */
export function withAccount(command: Command): Command {
  return command
    .option('-u, --user <name>', 'DOMAIN\\user or user@dns.domain; default: $NTLM_USERNAME')
    .option('-n, --netrc <file>', 'take name and password from this netrc file')
    .addHelpText(
      'after',
      `
The password comes from $NTLM_PASSWORD, the netrc file, or a prompt without
echo.`,
    )
}
