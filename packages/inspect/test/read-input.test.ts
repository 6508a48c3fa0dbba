import { readInput, textOfBytes } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'
import { TOKENS, tokenOf } from './fixtures.js'

describe('a token alone', () => {
  it.each([
    ['NEGOTIATE 0xa2088207', 'request'],
    ['CHALLENGE 0xa2898205', 'response'],
    ['AUTHENTICATE with binding', 'request'],
    ['NegTokenResp accept-completed', 'response'],
    ['Kerberos in SPNEGO', 'request'],
  ])('%s is in a %s', (origin, direction) => {
    const bytes = tokenOf(origin)
    const { kind, problems, conversations } = readInput(bytes.toString('base64'))

    expect([kind, problems]).toEqual(['token', []])
    expect(conversations).toHaveLength(1)
    expect(conversations[0].steps).toMatchObject([{ direction, label: 'token' }])
    expect(conversations[0].steps[0].token?.bytes).toEqual(Uint8Array.from(bytes))
  })

  it('several, one a line, are one conversation', () => {
    const lines = ['NEGOTIATE 0xa2088207', 'CHALLENGE 0xa2898205', 'AUTHENTICATE with binding'].map(
      (origin) => `NTLM ${tokenOf(origin).toString('base64')}`,
    )

    const [{ steps }] = readInput(lines.join('\n')).conversations

    expect(steps.map(({ token }) => token?.title)).toEqual([
      'NTLM NEGOTIATE',
      'NTLM CHALLENGE',
      'NTLM AUTHENTICATE',
    ])
  })

  it('in lines of 76 characters is one', () => {
    const text = tokenOf('AUTHENTICATE with binding').toString('base64').replaceAll(/.{76}/g, '$&\n')

    expect(readInput(text).conversations[0]?.steps).toMatchObject([{ token: { title: 'NTLM AUTHENTICATE' } }])
  })

  it('every token of any origin is read as one', () => {
    for (const { origin, token, kind } of TOKENS) {
      const steps = readInput(token).conversations.flatMap((conversation) => conversation.steps)
      expect([origin, steps.map((step) => step.token?.kind)]).toEqual([origin, [kind]])
    }
  })

  it('cut in the middle of a byte is read, and said to be', () => {
    const text = tokenOf('AUTHENTICATE with binding').toString('base64').replace(/=+$/, '')
    const cut = text.slice(0, text.length - ((text.length + 3) % 4))
    const [{ steps }] = readInput(cut.length % 4 === 1 ? cut : text.slice(0, -3)).conversations

    expect(steps[0]?.token).toMatchObject({
      title: 'NTLM AUTHENTICATE',
      problems: expect.arrayContaining([expect.stringMatching(/ends in the middle of a byte/)]),
    })
  })

  it('what is base64 and no token is shown as far as it goes', () => {
    const [{ steps }] = readInput('dGhpcyBpcyBub3QgYSB0b2tlbg==').conversations

    expect(steps[0]).toMatchObject({
      token: { kind: 'unknown', problems: [expect.stringMatching(/begins neither/)] },
    })
  })
})

describe('textOfBytes', () => {
  const text = '> GET / HTTP/1.1'

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads %s', (_encoding, bytes) => {
    expect(textOfBytes(bytes)).toBe(text)
  })
})

it('textOfBytes gives the hex of a file that is a token itself', () => {
  const bytes = tokenOf('NegTokenResp accept-completed')
  expect(textOfBytes(bytes)).toBe(bytes.toString('hex'))
})

describe('anything else', () => {
  it.each([
    ['', 'There is nothing. '],
    ['   \n', 'There is nothing. '],
    ['hello', 'This is none of what is read here. '],
    ['It does not work, please help!', 'This is none of what is read here. '],
    ['The log-on does not work, please help.', 'This is none of what is read here. '],
    ['<html><body>401</body></html>', 'This is none of what is read here. '],
  ])('%j: what was expected', (text, begin) => {
    expect(readInput(text)).toEqual({
      kind: 'unknown',
      conversations: [],
      problems: [
        `${begin}Expected: a token in base64 or hex, header lines with one, a HAR file, the output of curl -v, or that of NODE_DEBUG=ntlmkit.`,
      ],
    })
  })
})
