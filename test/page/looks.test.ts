import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageUnderTest } from './browser.ts'

const folder = process.env.NTLMKIT_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'ntlmkit-page-'))
mkdirSync(folder, { recursive: true })

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
  console.log(`Screenshots: ${folder}`)
})
afterAll(() => under.stop())

/** The ones that have a layout of their own, beside the 1280 pixels of the schemes. */
const SHOWN_WIDTHS = new Set([360, 768, 1920])

const EXAMPLES = ['wrong-password', 'spnego', 'challenge', 'several-connections']

function screenshot(page: Page, name: string) {
  return page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** What reaches beyond the window, if anything does. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the system's ${scheme} scheme is taken, and every text stands out from what is behind it`, async () => {
    const { page, close } = await under.open({ colorScheme: scheme })
    await screenshot(page, `empty-${scheme}`)
    for (const example of EXAMPLES) {
      await page.evaluate((id) => {
        location.hash = id
      }, example)
      await page.locator('.message').waitFor()
      await screenshot(page, `${example}-${scheme}`)
      expect(await page.evaluate(faint), example).toEqual([])
    }
    const light = await page.evaluate(
      () => getComputedStyle(document.body).backgroundColor === 'rgb(244, 245, 248)',
    )
    expect(light).toBe(scheme === 'light')
    await close()
  })
}

test('the switch overrules the system, both ways', async () => {
  const { page, close } = await under.open({ colorScheme: 'light' })
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  await page.click('#theme')
  const dark = await background()
  expect(dark).not.toBe(light)
  await screenshot(page, 'switched-to-dark')
  await page.click('#theme')
  expect(await background()).toBe(light)
  await close()
})

for (const width of [320, 360, 768, 1024, 1280, 1920]) {
  test(`${width} pixels: nothing reaches beyond the window`, async () => {
    const { page, close } = await under.open({ viewport: { width, height: 740 } })
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    for (const example of EXAMPLES) {
      await page.evaluate((id) => {
        location.hash = id
      }, example)
      for (const step of await page.locator('.step').all()) {
        await step.click()
        expect(await overflow(page), example).toBeLessThanOrEqual(0)
      }
      if (SHOWN_WIDTHS.has(width)) await screenshot(page, `${example}-${width}`)
    }
    await close()
  })
}

test('a phone: the bytes of the field that was touched are in sight', async () => {
  const { page, close } = await under.open({ viewport: { width: 360, height: 740 }, hasTouch: true })
  await page.evaluate(() => {
    location.hash = 'challenge'
  })
  await page.getByText('MsvAvTimestamp', { exact: true }).tap()
  const inSight = await page.evaluate(() => {
    const dump = document.querySelector('.dump')!.getBoundingClientRect()
    return [...document.querySelectorAll('.as-hex .lit')].every((cell) => {
      const { top, bottom } = cell.getBoundingClientRect()
      return top >= dump.top && bottom <= dump.bottom && bottom <= window.innerHeight
    })
  })
  await page.screenshot({ path: join(folder, 'phone-touched.png') })
  expect(inSight).toBe(true)
  await close()
})

test('what is touched on a phone is 24 pixels high or more', async () => {
  const { page, close } = await under.open({ viewport: { width: 360, height: 740 }, hash: '#wrong-password' })
  const low = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, .row')]
      .filter((one) => one.offsetHeight > 0 && one.offsetHeight < 24)
      .map((one) => one.innerText.slice(0, 40)),
  )
  expect(low).toEqual([])
  await close()
})

test('whoever wants less motion has none', async () => {
  const { page, close } = await under.open({ reducedMotion: 'reduce', hash: '#wrong-password' })
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((one) => {
        const { transitionDuration, animationName } = getComputedStyle(one)
        return transitionDuration !== '0s' || animationName !== 'none'
      }).length,
  )
  expect(moving).toBe(0)
  await close()
})

test('errors and a long conversation have their looks too', async () => {
  const { page, close } = await under.open()
  await page.fill('#text', 'The log-on does not work, please help.')
  await screenshot(page, 'wrong-input')
  await page.fill(
    '#text',
    `NTLM ${Buffer.from('NTLMSSP\0\x02\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff', 'latin1').toString('base64')}`,
  )
  await screenshot(page, 'broken-token')
  await close()
})

/** Texts with less contrast than WCAG's 4.5 to 1, as the browser shows them. Runs in the page. */
function faint(): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
  const rgba = (color: string) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data] as [number, number, number, number]
  }
  const luminance = (color: string) => {
    const [r, g, b] = rgba(color)
      .slice(0, 3)
      .map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [
      number,
      number,
      number,
    ]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element: Element | null): string => {
    if (element === null) return 'white'
    const { backgroundColor } = getComputedStyle(element)
    return rgba(backgroundColor)[3] === 255 ? backgroundColor : behind(element.parentElement)
  }
  const found = new Set<string>()
  for (const element of document.querySelectorAll<HTMLElement>('body *:not(script)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
    if (!own || element.offsetParent === null) continue
    const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (contrast < 4.5) found.add(`${element.className || element.tagName}: ${contrast.toFixed(2)}`)
  }
  return [...found]
}
