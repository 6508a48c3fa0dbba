import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageUnderTest, textsOf } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

/** The bytes of the field TargetName of the example: it is "CORP" in UTF-16. */
const TARGET_NAME = ['43', '00', '4f', '00', '52', '00', '50', '00']

function row(page: Page, name: string) {
  return page.locator('.row', { has: page.getByText(name, { exact: true }) })
}

function litBytes(page: Page) {
  return textsOf(page, '.as-hex .lit')
}

test('pointing at a field lights its bytes, and leaving darkens them', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  await row(page, 'TargetName').hover()
  expect(await litBytes(page)).toEqual(TARGET_NAME)
  expect(await page.innerText('.legend')).toBe('TargetName 38–3f, 8 bytes')
  await page.locator('h1').hover()
  expect(await litBytes(page)).toEqual([])
  await close()
})

test('pointing at a byte lights its field, the smallest around it', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  await page.locator('.as-hex [data-at="24"]').hover()
  expect(await textsOf(page, '.row.lit .name')).toEqual(['ServerChallenge'])
  await page.locator('.as-text [data-at="64"]').hover()
  expect(await textsOf(page, '.row.lit .name')).toEqual(['MsvAvNbDomainName'])
  await close()
})

test('a click holds a field while the pointer goes elsewhere, until Escape', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  await row(page, 'TargetName').click()
  await row(page, 'ServerChallenge').hover()
  expect(await litBytes(page)).not.toEqual(TARGET_NAME)
  await page.locator('h1').hover()
  expect(await litBytes(page)).toEqual(TARGET_NAME)
  await page.keyboard.press('Escape')
  expect(await litBytes(page)).toEqual([])
  await close()
})

test('a page that scrolls under the pointer changes nothing', async () => {
  const { page, close } = await under.open({ hash: '#challenge', viewport: { width: 1280, height: 400 } })
  await row(page, 'Signature').click()
  await page.keyboard.press('End')
  expect(await textsOf(page, '.row.lit .name')).toEqual(['MsvAvEOL'])
  expect(await litBytes(page)).toEqual(['00', '00', '00', '00'])
  await close()
})

test('the keys go through fields and through bytes', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  await row(page, 'Signature').click()
  await page.keyboard.press('ArrowDown')
  expect(await textsOf(page, '.row.lit .name')).toEqual(['MessageType'])
  expect(await litBytes(page)).toEqual(['02', '00', '00', '00'])
  await page.focus('.dump')
  for (let presses = 0; presses < 24; presses++) await page.keyboard.press('ArrowRight')
  expect(await textsOf(page, '.row.lit .name')).toEqual(['ServerChallenge'])
  await close()
})

test('a branch closes and opens with Left and Right, and a byte of it opens it again', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  await row(page, 'TargetInfo').click()
  await page.keyboard.press('ArrowLeft')
  expect(await row(page, 'MsvAvTimestamp').isVisible()).toBe(false)
  await page.keyboard.press('ArrowRight')
  expect(await row(page, 'MsvAvTimestamp').isVisible()).toBe(true)
  await page.locator('.row', { hasText: 'TargetInfo' }).locator('.twisty').last().click()
  expect(await row(page, 'MsvAvNbDomainName').isVisible()).toBe(false)
  await page.locator('.as-hex [data-at="64"]').click()
  expect(await row(page, 'MsvAvNbDomainName').isVisible()).toBe(true)
  await close()
})
