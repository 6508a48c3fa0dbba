import { describe, expect, it } from 'vitest'
import { helpOf } from '../src/command-line.js'
import { runServerCommand } from '../src/command-run.js'

async function errorOf(args: readonly string[]): Promise<string> {
  const errors: string[] = []
  const output = {
    out: (line: string) => errors.push(`out: ${line}`),
    error: (line: string) => errors.push(line),
  }
  expect(await runServerCommand(args, output)).toBeUndefined()
  return errors.join('\n')
}

const USER = ['--user', 'LAB\\alice:Passw0rd!']
const SEE_HELP = 'ntlmkit-server --help tells what there is.'

describe('what ntlmkit-server says to whoever wrote', () => {
  it.each<[wrote: string, args: string[], message: string, hint: string]>([
    [
      '--mode kernel-mod',
      [...USER, '--mode', 'kernel-mod'],
      'There is no mode of that name.',
      `Did you mean --mode kernel-mode? ${SEE_HELP}`,
    ],
    [
      '--mode channelBinding',
      [...USER, '--mode', 'channelBinding=off'],
      'There is no mode of that name.',
      `Did you mean --mode channel-binding? ${SEE_HELP}`,
    ],
    ['--mode nonsense', [...USER, '--mode', 'nonsense'], 'There is no mode of that name.', SEE_HELP],
    [
      '--mode persist without a value',
      [...USER, '--mode', 'persist'],
      '--mode persist has no value.',
      'Write it as --mode persist=VALUE: connection, request, NUMBER.',
    ],
    [
      '--mode head=500',
      [...USER, '--mode', 'head=500'],
      '--mode head is 500.',
      "It is 'authenticate' or 'unframed' or 200 or 404 or 405.",
    ],
    [
      '--mode channel-binding=require without TLS',
      [...USER, '--mode', 'channel-binding=require'],
      '--mode channel-binding=require needs TLS.',
      'There is no channel to bind to without it: --tls.',
    ],
    [
      '--mode http2 without TLS',
      [...USER, '--mode', 'http2=reset'],
      '--mode http2 needs TLS.',
      'Browsers and clients do h2 over TLS only: --tls.',
    ],
    [
      '--host 0.0.0.0',
      [...USER, '--host', '0.0.0.0'],
      'The host 0.0.0.0 can be reached from other machines.',
      'This server is for tests: listen on 127.0.0.1, or say --allow-remote.',
    ],
    [
      '--user without a password',
      ['--user', 'alice'],
      '--user number 1 has no password.',
      "Write it as 'DOMAIN\\user:password'.",
    ],
  ])('%s', async (_wrote, args, message, hint) => {
    expect(await errorOf(args)).toBe(`${message}\n${hint}`)
  })

  it('a flag that is nearly one', async () => {
    expect(await errorOf(['--usr', 'a:b'])).toContain(`\nDid you mean --user? ${SEE_HELP}`)
  })

  it.each([[[]], [['--tls']]])('no account: %j', async (args) => {
    expect(await errorOf(args)).toBe(
      `No account is given: write ntlmkit-server --user 'DOMAIN\\user:password'.\n\n${helpOf('ntlmkit-server')}`,
    )
  })
})
