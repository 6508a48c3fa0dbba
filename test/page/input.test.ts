import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drop, PageUnderTest, paste, textsOf } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

const NEGOTIATE = 'TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA='
const exampleText = (name: string) =>
  readFileSync(new URL(`../../docs/decoder/examples/${name}`, import.meta.url), 'utf8')

test('typed: a token is decoded as soon as it is there', async () => {
  const { page, close } = await under.open()
  await page.fill('#text', NEGOTIATE)
  expect(await page.innerText('.message h3')).toBe('NTLM NEGOTIATE')
  await page.fill('#text', '')
  expect(await textsOf(page, '.message')).toEqual([])
  expect(await page.innerText('#status')).toBe('')
  await close()
})

test('pasted: a curl -v log', async () => {
  const { page, complaints, close } = await under.open()
  await paste(page, exampleText('wrong-password.txt'))
  expect(await page.innerText('#status')).toBe('A curl -v log: 4 messages, 1 connection.')
  expect(await page.inputValue('#text')).toContain('curl -v')
  expect(complaints).toEqual([])
  await close()
})

test('dropped: a HAR file, anywhere on the page', async () => {
  const { page, complaints, close } = await under.open()
  await drop(page, 'from-a-colleague.har', exampleText('several-connections.har'))
  await page.locator('.step').first().waitFor()
  expect(await page.innerText('#held')).toMatch(/^from-a-colleague\.har, /)
  expect(await page.innerText('#status')).toBe('A HAR file: 18 messages, 3 connections.')
  expect(await page.isVisible('#drop')).toBe(false)
  expect(complaints).toEqual([])
  await close()
})

test('chosen: a file, and the same one again once it has changed', async () => {
  const { page, close } = await under.open()
  const file = (text: string) => ({ name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from(text) })
  await page.setInputFiles('#file', file(`Authorization: NTLM ${NEGOTIATE}`))
  expect(await page.locator('.message h3').innerText()).toBe('NTLM NEGOTIATE')
  await page.setInputFiles('#file', file(exampleText('challenge.txt')))
  await page.getByText('NTLM CHALLENGE').first().waitFor()
  await page.click('#clear')
  expect(await page.isVisible('#held')).toBe(false)
  expect(await textsOf(page, '.message')).toEqual([])
  await close()
})

test('a file that is a token itself, and one that PowerShell wrote as UTF-16', async () => {
  const { page, close } = await under.open()
  const give = (name: string, buffer: Buffer) => page.setInputFiles('#file', { name, mimeType: '', buffer })
  await give('token.bin', Buffer.from(NEGOTIATE, 'base64'))
  expect(await page.locator('.message h3').innerText()).toBe('NTLM NEGOTIATE')
  await give('log.txt', Buffer.from(`\ufeff${exampleText('challenge.txt')}`, 'utf16le'))
  await page.getByText('NTLM CHALLENGE').first().waitFor()
  await close()
})

test.each([
  ['prose', 'The log-on does not work, please help.'],
  ['JSON that is no HAR', '{"a": [1, 2, {"b": null}]}'],
  ['a HAR that is cut', exampleText('several-connections.har').slice(0, 3000)],
  ['HTML', '<!doctype html><title>401</title><h1>Unauthorized</h1>'],
  ['base64 of something else', Buffer.from('Nothing to see here, go along.').toString('base64')],
])('wrong input is said to be that: %s', async (_, text) => {
  const { page, complaints, close } = await under.open()
  await page.fill('#text', text)
  const said = [await page.innerText('#status'), ...(await textsOf(page, '.problems li'))].join(' ')
  expect(said).toMatch(/\w+/)
  expect(await textsOf(page, '.finding')).toEqual([])
  // The next text is read as if nothing had been.
  await page.fill('#text', NEGOTIATE)
  expect(await page.innerText('.message h3')).toBe('NTLM NEGOTIATE')
  expect(complaints).toEqual([])
  await close()
})

test('a token that is cut is decoded as far as it goes, and said to be cut', async () => {
  const { page, close } = await under.open()
  await page.fill('#text', exampleText('challenge.txt').slice(0, 121))
  expect(await page.innerText('.message h3')).toBe('NTLM CHALLENGE')
  expect((await textsOf(page, '.problems li')).length).toBeGreaterThan(0)
  await close()
})

test('a HAR of 10 MB: the page says what it does, and reads it', async () => {
  const { page, complaints, close } = await under.open()
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(globalThis, { said })
    new MutationObserver(() => said.push(document.querySelector('#status')!.textContent!)).observe(
      document.querySelector('#status')!,
      { childList: true, characterData: true, subtree: true },
    )
  })
  await drop(page, 'large.har', largeHar(10_000_000))
  await page.locator('.step').first().waitFor()
  const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said)
  expect(said[0]).toMatch(/^Reading 1\d\.\d MB …$/)
  expect(said.at(-1)).toMatch(/^A HAR file: /)
  expect(await page.inputValue('#text')).toBe('')
  // What is not shown at once can be had.
  expect(await page.locator('.step').count()).toBe(200)
  await page.locator('.time-line > .button').click()
  expect(await page.locator('.step').count()).toBe(400)
  expect(complaints).toEqual([])
  await close()
})

test('text of some MB is held apart from the text area, which would be slow with it', async () => {
  const { page, close } = await under.open()
  await paste(page, largeHar(2_000_000))
  await page.locator('.step').first().waitFor()
  expect(await page.innerText('#held')).toMatch(/^Pasted text, 2\.\d MB$/)
  expect(await page.inputValue('#text')).toBe('')
  await close()
})

test('a file beyond 64 MB is refused before it is read', async () => {
  const { page, close } = await under.open()
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(64_000_001)], 'dump.pcap'))
    return data
  })
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await page.getByText('dump.pcap is larger than the 64 MB that this page reads.').waitFor()
  await close()
})

test('several origins: one is shown, and the others can be chosen', async () => {
  const { page, close } = await under.open()
  const har = JSON.parse(exampleText('several-connections.har')) as Har
  const more = har.log.entries.map((entry) => ({
    ...entry,
    request: { ...entry.request, url: entry.request.url.replace('intranet', 'mail') },
  }))
  har.log.entries.push(...more)
  await page.fill('#text', JSON.stringify(har))
  expect(await page.innerText('#status')).toBe('A HAR file: 36 messages, 3 connections, 2 origins.')
  const select = page.getByLabel('Conversation with')
  const options = await select.locator('option').allInnerTexts()
  expect(options.map((option) => option.split(': ')[0])).toEqual([
    'http://intranet.corp.example',
    'http://mail.corp.example',
  ])
  await select.selectOption({ index: 1 })
  expect(await page.locator('.step').count()).toBe(18)
  await close()
})

interface Har {
  log: { entries: { request: { url: string }; response: object }[] }
}

/** The example again and again, with bodies as browsers save them. */
function largeHar(bytes: number): string {
  const har = JSON.parse(exampleText('several-connections.har')) as Har
  const { entries } = har.log
  const body = 'x'.repeat(20_000)
  const copies = Math.ceil(bytes / (entries.length * 21_000)) + 1
  har.log.entries = Array.from({ length: copies }, () => entries)
    .flat()
    .map((entry) => ({ ...entry, response: { ...entry.response, content: { size: 20_000, text: body } } }))
  return JSON.stringify(har)
}
