import { describe, expect, it } from 'vitest'
import { onTerminal } from './terminal.js'

describe('the command line', () => {
  it.each([[], ['decode'], ['probe'], ['request'], ['server']])(
    'shows with `%s --help` what there is, with examples, in lines of 80 characters',
    async (...command) => {
      const { code, stdout, stderr } = await onTerminal([...command, '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: ntlmkit /)
      expect(stdout).toContain('Examples:\n')
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    },
  )

  it.each([[[]], [['help']], [['--help']]])(
    'shows its help on standard output, and ends with 0: %j',
    async (args) => {
      const { code, stdout, stderr } = await onTerminal(args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: ntlmkit /)
    },
  )

  it.each(['decode', 'probe', 'request', 'server'])(
    'shows the help of %s with `help` before it',
    async (name) => {
      expect(await onTerminal(['help', name])).toEqual(await onTerminal([name, '--help']))
    },
  )

  it('shows no default where there is none', async () => {
    expect((await onTerminal(['request', '--help'])).stdout).not.toContain('default: []')
  })

  it.each(['-v', '-V', '--version'])('tells its version: %s', async (flag) => {
    expect(await onTerminal([flag])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  it.each<[string[], string, string]>([
    [['s3cret'], 'There is no command of that name.', 'ntlmkit --help shows what there is.'],
    [['prob'], 'There is no command prob.', 'Did you mean probe? ntlmkit --help shows what there is.'],
    [['help', 'nosuch'], 'There is no command of that name.', 'ntlmkit --help shows what there is.'],
    [
      ['probe', '--timout=3', 'x'],
      'There is no option --timout.',
      'Did you mean --timeout? ntlmkit probe --help shows what there is.',
    ],
    [
      ['request', '--username', 'x', 'http://a/'],
      'There is no option --username.',
      "Write it as --user 'DOMAIN\\user'. ntlmkit request --help shows what there is.",
    ],
    [
      ['probe', '--password=s3cret', 'http://a/'],
      'There is no option --password.',
      'It is asked for, or comes from NTLM_PASSWORD or a netrc file: a command line can be read by everybody. ntlmkit probe --help shows what there is.',
    ],
    [['LAB\\alice:s3cret'], 'There is no command of that name.', 'ntlmkit --help shows what there is.'],
    [['probe'], "Missing required argument 'url'.", 'ntlmkit probe --help shows what there is.'],
    [
      ['probe', '--nosuch', 'x'],
      'There is no option of that name.',
      'ntlmkit probe --help shows what there is.',
    ],
    [
      ['probe', '--pass=s3cret', 'x'],
      'There is no option --pass.',
      'It is asked for, or comes from NTLM_PASSWORD or a netrc file: a command line can be read by everybody. ntlmkit probe --help shows what there is.',
    ],
    [
      ['probe', '--usr', 'x'],
      'There is no option --usr.',
      'Did you mean --user? ntlmkit probe --help shows what there is.',
    ],
    [
      ['probe', '-s3cret', 'x'],
      'There is no option of that name.',
      'ntlmkit probe --help shows what there is.',
    ],
    [
      ['probe', 'http://a/', 's3cret'],
      "Too many arguments for 'probe'. Expected 1 argument but got 2.",
      'ntlmkit probe --help shows what there is.',
    ],
    [['probe', 'ftp://a/'], 'ftp://a/ is no http or https URL.', "Write it as 'https://intranet.corp/page'."],
    [
      ['probe', '127.0.0.1/?k=s3cret'],
      '127.0.0.1/ is no http or https URL.',
      "Write it as 'https://intranet.corp/page'.",
    ],
    [
      ['probe', 'alice:s3cret@a'],
      'That is no http or https URL.',
      "Write it as 'https://intranet.corp/page'.",
    ],
    [
      ['probe', 'http://a/', '--timeout', 's3cret'],
      'What --timeout <seconds> was given is invalid. It is a number of seconds above 0.',
      'ntlmkit probe --help shows what there is.',
    ],
  ])('%j is answered in two lines that repeat no secret', async (args, message, hint) => {
    const { code, stdout, stderr } = await onTerminal(args)
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `ntlmkit: ${message}\n${hint}\n`,
    })
    expect(stderr).not.toContain('s3cret')
  })

  it.each<[string, Record<string, string>, boolean]>([
    ['a terminal', {}, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['a dumb terminal', { TERM: 'dumb' }, false],
  ])('colours an error as %s has it', async (_name, env, coloured) => {
    const { stderr } = await onTerminal(['probe', 'ftp://a/'], { env, typed: '' })
    expect(stderr.includes('\x1b[')).toBe(coloured)
  })
})
