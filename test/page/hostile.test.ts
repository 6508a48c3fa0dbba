import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageUnderTest, textsOf } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

const MARKUP = '"><script>document.title="changed"</script><img src=x onerror=alert(1)>'
const BIDI = 'evil\u202egnp.exe\u2066\u200b\u0007'

/** A CHALLENGE whose target has this name. */
function challengeNamed(name: string): string {
  const target = Buffer.from(name, 'utf16le')
  const token = Buffer.alloc(48 + target.length)
  token.write('NTLMSSP\0', 'latin1')
  token.writeUInt32LE(2, 8)
  token.writeUInt16LE(target.length, 12)
  token.writeUInt16LE(target.length, 14)
  token.writeUInt32LE(48, 16)
  token.writeUInt32LE(0x00000201, 20)
  target.copy(token, 48)
  return token.toString('base64')
}

function har(url: string, headers: { name: string; value: string }[]): string {
  const entry = {
    startedDateTime: MARKUP,
    connection: MARKUP,
    request: { method: MARKUP, url, httpVersion: MARKUP, headers },
    response: { status: 401, statusText: MARKUP, httpVersion: 'HTTP/1.1', headers },
  }
  return JSON.stringify({ log: { version: '1.2', entries: [entry, entry] } })
}

test.each([
  ['in a name of a token', `NTLM ${challengeNamed(MARKUP)}`],
  ['in a header', `WWW-Authenticate: ${MARKUP} NTLM ${challengeNamed(MARKUP)}`],
  [
    'in a curl log',
    `> GET /${MARKUP} HTTP/1.1\n> Host: ${MARKUP}\n>\n< HTTP/1.1 401 ${MARKUP}\n< WWW-Authenticate: NTLM\n<`,
  ],
  [
    'in a HAR',
    har(`http://a.example/${MARKUP}`, [
      { name: 'WWW-Authenticate', value: `NTLM ${challengeNamed(MARKUP)}` },
    ]),
  ],
  ['alone', MARKUP],
])('markup is text: %s', async (_, text) => {
  const { page, requests, complaints, close } = await under.open()
  await page.fill('#text', text)
  for (const step of await page.locator('.step').all()) await step.click()
  expect(await page.title()).toBe('NTLM decoder: why the log-on failed')
  expect(await page.locator('script').count()).toBe(1)
  expect(await page.locator('img, iframe, object, embed, [onerror]').count()).toBe(0)
  expect({ requests, complaints }).toEqual({ requests: [`${under.origin}/`], complaints: [] })
  await close()
})

test('characters that would turn or hide the text around them are shown as what they are', async () => {
  const { page, close } = await under.open()
  await page.fill('#text', challengeNamed(BIDI))
  const result = await page.innerText('#result')
  expect(result).not.toMatch(/\p{Cf}/u)
  expect(result).not.toContain('\u0007')
  expect(result).toMatch(/evil\\u(202e|\{202e\})gnp\.exe/)
  await close()
})

test('a file name is text as well', async () => {
  const { page, close } = await under.open()
  const buffer = Buffer.from(`${' '.repeat(200_000)}WWW-Authenticate: NTLM ${challengeNamed('A')}`)
  await page.setInputFiles('#file', { name: `${BIDI}<b>.har`, mimeType: '', buffer })
  expect(await page.locator('#held').innerText()).toMatch(/^evil\\u202egnp\.exe.*<b>\.har, /)
  await close()
})

test.each([
  ['a megabyte of base64', `NTLM ${'QUJD'.repeat(262_144)}`],
  [
    'a megabyte of zeros behind a signature',
    `NTLM ${Buffer.concat([Buffer.from('NTLMSSP\0\x02'), Buffer.alloc(1_000_000)]).toString('base64')}`,
  ],
  ['a megabyte of nested SPNEGO', `Negotiate ${Buffer.alloc(750_000, 0x60).toString('base64')}`],
  ['sixteen thousand AV pairs', `NTLM ${manyPairs()}`],
  ['a line without an end', 'a'.repeat(1_000_000)],
  ['half a million lines', 'WWW-Authenticate: NTLM\n'.repeat(40_000)],
  ['brackets in brackets', '['.repeat(1_000_000)],
])('endless input ends: %s', async (_, text) => {
  const { page, complaints, close } = await under.open()
  await page.evaluate((value) => {
    const data = new DataTransfer()
    data.setData('text/plain', value)
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    )
  }, text)
  await page.locator('#status', { hasText: /^(?!Reading).+/ }).waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(30_000)
  // It is still there for the next one.
  await page.click('#clear')
  await page.locator('.example').first().click()
  expect(await textsOf(page, '.finding code')).toContain('wrong-credentials')
  expect(complaints).toEqual([])
  await close()
})

/** Each is empty, and so four bytes long. */
function manyPairs(): string {
  const pairs = Buffer.alloc(65_532)
  for (let at = 0; at < pairs.length; at += 4) pairs.writeUInt16LE(7, at)
  const token = Buffer.alloc(48 + pairs.length)
  token.write('NTLMSSP\0', 'latin1')
  token.writeUInt32LE(2, 8)
  token.writeUInt32LE(0x00800201, 20)
  token.writeUInt16LE(pairs.length, 40)
  token.writeUInt16LE(pairs.length, 42)
  token.writeUInt32LE(48, 44)
  pairs.copy(token, 48)
  return token.toString('base64')
}
