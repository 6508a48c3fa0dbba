export { ExitCode } from './exit-codes.js'
export { run } from './run.js'
export type { Input, Output, Terminal } from './terminal.js'
