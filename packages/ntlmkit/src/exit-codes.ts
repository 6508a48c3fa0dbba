/** The exit codes, of every subcommand alike: README.md has them in a table. */
export const ExitCode = {
  /** The thing that was asked for was done. */
  OK: 0,
  /** Options, files or credentials that are missing or wrong: nothing was sent. */
  USAGE: 1,
  /** The account was not let in; or a response, a MIC or a binding that was to be checked is wrong. */
  REJECTED: 2,
  /** NTLM is not to be had there, nor was it asked for; or no token is in the input. */
  NOT_OFFERED: 3,
  /** No connection, no trust in its certificate, or no answer in time. */
  NO_CONNECTION: 4,
  /** A handshake that something broke: a connection that closed, h2, a challenge that is none. */
  BROKEN: 5,
  /** The account was let in, and the answer is an error of the application's: 403, 404, 500. */
  STATUS: 6,
  /** ^C. */
  INTERRUPTED: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
