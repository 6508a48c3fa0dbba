import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageUnderTest, textsOf } from './browser.ts'

let under: PageUnderTest
beforeAll(async () => {
  under = await PageUnderTest.start()
})
afterAll(() => under.stop())

async function example(title: string) {
  const opened = await under.open()
  await opened.page.locator('.example', { hasText: title }).click()
  return opened
}

test('a wrong password: three legs on one connection, and the finding on top', async () => {
  const { page, complaints, close } = await example('A wrong password')
  expect(await page.innerText('#status')).toBe('A curl -v log: 4 messages, 1 connection.')
  expect(await textsOf(page, '.finding code')).toContain('wrong-credentials')
  expect(await textsOf(page, '.step .badge:not(.wrong)')).toEqual(['NEGOTIATE', 'CHALLENGE', 'AUTHENTICATE'])
  expect(await textsOf(page, '.notice')).toEqual([expect.stringContaining('can try passwords on it')])
  expect(complaints).toEqual([])
  await close()
})

test('a finding has its likelihood, evidence, next step and a link to the troubleshooting text', async () => {
  const { page, close } = await example('A wrong password')
  const finding = page.locator('.finding', { hasText: 'wrong-credentials' })
  expect(await finding.locator('.likelihood').innerText()).toMatch(/^(Certain|Likely|Possible)$/)
  expect(await finding.locator('.evidence').innerText()).toMatch(/\w+ .*\.$/)
  expect(await finding.locator('.next-step').innerText()).toMatch(/^Next: .*\.$/)
  expect(await finding.locator('a').getAttribute('href')).toMatch(
    /^https:\/\/github\.com\/.*\/docs\/errors\.md#wrong-credentials$/,
  )
  await close()
})

test('SPNEGO: the NTLM message within is decoded field by field', async () => {
  const { page, complaints, close } = await example('Negotiate, from offer to answer')
  expect(await textsOf(page, '.step .badge:not(.wrong)')).toEqual([
    'SPNEGO NEGOTIATE',
    'SPNEGO CHALLENGE',
    'SPNEGO AUTHENTICATE',
    'SPNEGO answer',
  ])
  await page.locator('.step', { hasText: 'AUTHENTICATE' }).click()
  const names = await textsOf(page, '.name')
  expect(names).toEqual(expect.arrayContaining(['negState', 'UserName', 'MsvAvTargetName', 'mechListMIC']))
  expect(await textsOf(page, '.finding')).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test('a challenge alone: no time line, the names of the server, flags with their meaning', async () => {
  const { page, complaints, close } = await example('What a challenge tells')
  expect(await page.locator('.time-line').count()).toBe(0)
  const row = (name: string) => page.locator('.row', { has: page.locator('.name', { hasText: name }) })
  expect(await row('MsvAvDnsComputerName').locator('.value').innerText()).toBe('srv-sharepoint.corp.example')
  expect(await row('NTLMSSP_NEGOTIATE_UNICODE').locator('.explanation').innerText()).toBe('names are UTF-16')
  expect(complaints).toEqual([])
  await close()
})

test('a HAR with three connections: each its line, and the legs that went to two servers', async () => {
  const { page, complaints, close } = await example('Two servers behind one name')
  expect(await page.innerText('#status')).toBe('A HAR file: 18 messages, 3 connections.')
  expect(await page.innerText('#held')).toMatch(/^several-connections\.har, 1\d\.\d kB$/)
  expect(await textsOf(page, '.finding code')).toContain('legs-spread')
  expect(await page.locator('.lane.own').count()).toBe(18)
  expect(complaints).toEqual([])
  await close()
})

test('a link may name an example', async () => {
  const { page, close } = await under.open({ hash: '#challenge' })
  expect(await page.innerText('.message h3')).toBe('NTLM CHALLENGE')
  await close()
})
