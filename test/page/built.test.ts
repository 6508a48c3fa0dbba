import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FINDINGS } from '@ntlmkit/inspect'
import { expect, test } from 'vitest'
import { PAGE_FILE } from './browser.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const html = readFileSync(PAGE_FILE, 'utf8').replaceAll('\r\n', '\n')

test('the committed page is what its sources give', () => {
  const { status, stderr } = spawnSync(process.execPath, ['.ci/decoder-page.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}, 180_000)

test('every finding has the paragraph that its link goes to', () => {
  const errors = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const headings = [...errors.matchAll(/^### (\S+)$/gm)].map(([, id]) => id)
  expect(headings).toEqual(expect.arrayContaining(Object.keys(FINDINGS)))
})

test('the policy allows the one script and the one style of the file, and nothing else', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'sha256-${digestOf('script')}'`,
    `style-src 'sha256-${digestOf('style')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
})

test('the file has no handler, no style attribute and nothing to load', () => {
  const markup = html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')
  expect(markup).not.toMatch(/\son\w+=|\sstyle=|\ssrc=|@import|url\(/i)
  expect([...markup.matchAll(/<link [^>]*>/g)].map(([link]) => link.slice(0, 30))).toEqual([
    '<link rel="icon" href="data:im',
  ])
})

test('the script neither stores nor parses markup', () => {
  expect(html).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|indexedDB|document\.cookie|\beval\(|new Function/,
  )
})

function digestOf(tag: 'script' | 'style'): string {
  const [, content = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html) ?? []
  return createHash('sha256').update(content).digest('base64')
}
