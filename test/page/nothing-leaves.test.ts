import { afterAll, beforeAll, expect, test } from 'vitest'
import { drop, PageUnderTest } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

test('whatever is done, one request goes: for the file itself', async () => {
  const { page, requests, complaints, close } = await under.open()
  for (const example of await page.locator('.example').all()) await example.click()
  await page.fill('#text', 'NTLM TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=')
  await drop(page, 'a.txt', 'https://tracker.example/pixel.gif <img src="https://tracker.example/pixel.gif">')
  await page.click('#theme')
  await page.click('#clear')
  await close()
  expect({ requests, complaints, asked: under.asked }).toEqual({
    requests: [`${under.origin}/`],
    complaints: [],
    asked: ['GET /'],
  })
})

test('a script that got in could not reach anybody', async () => {
  const before = under.asked.length
  const { page, close } = await under.open()
  const outcomes = await page.evaluate(async () => {
    const violated: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violated.push(effectiveDirective),
    )
    const socket = new Promise((resolve) => {
      try {
        const opened = new WebSocket(`ws://${location.host}/socket`)
        opened.onopen = () => resolve('opened')
        opened.onerror = () => resolve('refused')
      } catch {
        resolve('refused')
      }
    })
    const image = new Promise((resolve) => {
      const made = new Image()
      made.onload = () => resolve('loaded')
      made.onerror = () => resolve('refused')
      made.src = '/image.png'
    })
    const fetched = await fetch('/fetch').then(
      () => 'fetched',
      () => 'refused',
    )
    const inline = document.createElement('script')
    const trusted = (() => {
      try {
        inline.text = 'document.title = "changed"'
        document.body.append(inline)
        document.body.innerHTML = '<b>changed</b>'
        return 'allowed'
      } catch {
        return 'refused'
      }
    })()
    navigator.sendBeacon('/beacon', 'secret')
    return {
      fetched,
      socket: await socket,
      image: await image,
      trusted,
      violated: [...new Set(violated)].sort(),
    }
  })
  await close()
  expect(outcomes).toMatchObject({
    fetched: 'refused',
    socket: 'refused',
    image: 'refused',
    trusted: 'refused',
  })
  expect(outcomes.violated).toEqual(expect.arrayContaining(['connect-src', 'img-src']))
  expect(under.asked.slice(before)).toEqual(['GET /'])
})

test('nothing is stored, and what was pasted is in no address', async () => {
  const { page, close } = await under.open()
  await page.fill('#text', 'NTLM TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=')
  await page.click('#theme')
  const stored = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    cookies: document.cookie,
    hash: location.hash,
  }))
  await page.reload()
  const after = await page.evaluate(() => [
    document.querySelector('textarea')?.value,
    document.documentElement.dataset.theme,
  ])
  await close()
  expect(stored).toEqual({ local: 0, session: 0, databases: 0, cookies: '', hash: '' })
  expect(after).toEqual(['', undefined])
})

test('the page says that nothing leaves it', async () => {
  const { page, close } = await under.open()
  expect(await page.innerText('#privacy')).toMatch(
    /Nothing leaves your browser.*Content-Security-Policy.*stores nothing/s,
  )
  await close()
})
