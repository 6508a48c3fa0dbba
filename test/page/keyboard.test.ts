import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageUnderTest, textsOf } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

/** What has the focus, in a word. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { id, className, tagName } = document.activeElement ?? document.body
    return id || className.split(' ')[0] || tagName.toLowerCase()
  })
}

test('Tab reaches everything once, in the order of the page', async () => {
  const { page, close } = await under.open({ hash: '#wrong-password' })
  const seen: string[] = []
  for (let presses = 0; presses < 40 && seen.at(-1) !== 'body'; presses++) {
    await page.keyboard.press('Tab')
    seen.push(await focused(page))
  }
  const order = seen.filter((name, index) => name !== seen[index - 1])
  expect(order).toEqual([
    'skip',
    'theme',
    'text',
    'choose',
    'clear',
    'example',
    // The links of the findings, one stop each; then one stop for each list, in which arrow keys go on.
    'a',
    'summary',
    'step',
    'row',
    'dump',
    'a',
    'body',
  ])
  await close()
})

test('every stop shows that it has the focus', async () => {
  const { page, close } = await under.open({ hash: '#wrong-password' })
  const without: string[] = []
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const name = await focused(page)
    if (name === 'body') break
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
    if (outline === 'none') without.push(name)
  }
  expect(without).toEqual([])
  await close()
})

test('arrow keys go along the time line and show each message', async () => {
  const { page, close } = await under.open({ hash: '#wrong-password' })
  await page.focus('.step[tabindex="0"]')
  await page.keyboard.press('Home')
  expect(await page.innerText('.message h3')).toBe('NTLM NEGOTIATE')
  await page.keyboard.press('ArrowDown')
  expect(await page.innerText('.message h3')).toBe('NTLM CHALLENGE')
  await page.keyboard.press('End')
  expect(await page.innerText('.message h3')).toMatch(/^401/)
  await page.keyboard.press('ArrowUp')
  expect(await page.innerText('.message h3')).toBe('NTLM AUTHENTICATE')
  expect(await page.locator('.step[aria-current]').count()).toBe(1)
  await close()
})

test('Escape goes back: from the field to the message, the time line, the input', async () => {
  const { page, close } = await under.open({ hash: '#wrong-password' })
  await page.focus('.row[tabindex="0"]')
  expect(await page.locator('.row.lit').count()).toBe(1)
  await page.keyboard.press('Escape')
  expect(await page.locator('.row.lit').count()).toBe(0)
  await page.keyboard.press('Escape')
  expect(await focused(page)).toBe('step')
  await page.keyboard.press('Escape')
  expect(await focused(page)).toBe('text')
  await close()
})

test('the first link skips to the result', async () => {
  const { page, close } = await under.open({ hash: '#wrong-password' })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('result')
  await close()
})

test('a screen reader is told names, places and outcomes', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  expect(await page.getByRole('textbox').getAttribute('aria-describedby')).toBe('privacy')
  expect(await page.getByRole('status').innerText()).toBe('HTTP header fields: 1 message.')
  await page.getByRole('tree', { name: 'Fields' }).waitFor()
  const item = page.getByRole('treeitem', { name: /^ServerChallenge: [0-9a-f]{16}\..* Bytes 24 to 31$/ })
  expect(await item.getAttribute('aria-level')).toBe('1')
  await page.getByRole('group', { name: /bytes; the arrow keys go from byte to byte/ }).waitFor()
  await page.getByRole('button', { name: 'Dark colours', pressed: false }).click()
  await page.getByRole('button', { name: 'Dark colours', pressed: true }).waitFor()
  await close()
})

test('every control has a name, and every id is there once', async () => {
  const { page, close } = await under.open({ hash: '#several-connections' })
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a, select, textarea, input:not([hidden])')]
      .filter(
        (one) => !(one.innerText.trim() || one.ariaLabel || document.querySelector(`label[for="${one.id}"]`)),
      )
      .map((one) => one.outerHTML.slice(0, 80)),
  )
  expect(nameless).toEqual([])
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
  expect((await textsOf(page, 'h1')).length).toBe(1)
  await close()
})
