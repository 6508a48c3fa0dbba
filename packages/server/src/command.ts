#!/usr/bin/env node
import { runServerCommand } from './command-run.js'

const running = await runServerCommand(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
})
if (running === undefined) process.exitCode = 1
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running?.close())
