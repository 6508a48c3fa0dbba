import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = readdirSync(join(root, 'packages'))
const main = readFileSync(join(root, 'README.md'), 'utf8')

/** Packages whose functions take what they work on, and nothing else. */
const WITHOUT_OPTIONS = ['inspect']
const OPTIONS = /^\| option +\| meaning +\| default +\|$/m
const FUNCTIONS = /^\| function +\| takes +\| gives +\|$/m

function readmeOf(name: string): string {
  return readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
}

describe.each(packages)('the README of %s, read on the registry alone', (name) => {
  const readme = readmeOf(name)

  it('no link leaves the package', () => {
    const anchors = headingsOf(readme).map((heading) => `#${heading}`)

    const leaving = linksOf(readme).filter((link) => !/^https:\/\//.test(link) && !anchors.includes(link))

    expect(leaving).toEqual([])
  })

  it('no link needs the address of this repository, which may change', () => {
    expect(linksOf(readme).filter((link) => link.includes('ntlmkit'))).toEqual([])
  })

  it('its install lines name every package that its programs import', () => {
    const imported = programsOf(readme).flatMap(importsOf)

    expect(installedBy(readme)).toEqual(expect.arrayContaining(imported))
    expect(imported).toContain(name === 'ntlmkit' ? name : `@ntlmkit/${name}`)
  })

  it('its install lines name every client that it is a peer of', () => {
    const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')
    const { peerDependencies = {} } = JSON.parse(manifest) as { peerDependencies?: Record<string, string> }

    expect(installedBy(readme)).toEqual(expect.arrayContaining(Object.keys(peerDependencies)))
  })

  it('has a table of its options, or of its functions where they take none', () => {
    expect(readme).toMatch(WITHOUT_OPTIONS.includes(name) ? FUNCTIONS : OPTIONS)
  })
})

describe('an option is the same in every README', () => {
  const common = tableOf(main, 'username')

  it.each(['agent', 'axios', 'fetch', 'got', 'transport', 'undici'])('%s: those of every package', (name) => {
    // The origins of an axios or a got instance come from its base URL.
    const whatTheyMean = (rows: string[][]) =>
      rows.map((row) => (row[0] === '`origins`' ? row.slice(0, 2) : row))

    const rows = tableOf(readmeOf(name), 'username')

    expect(whatTheyMean(rows.slice(0, common.length))).toEqual(whatTheyMean(common))
  })

  it.each(['axios', 'got'])('%s: those of the agents', (name) => {
    const ofTheAgents = tableOf(readmeOf('agent'), 'maxSockets').filter(([option]) => option !== '`via`')

    expect(tableOf(readmeOf(name), 'maxSockets')).toEqual(expect.arrayContaining(ofTheAgents))
  })

  it('fetch: those of undici', () => {
    expect(tableOf(readmeOf('fetch'), 'username')).toEqual(tableOf(readmeOf('undici'), 'username'))
  })
})

function linksOf(readme: string): string[] {
  const prose = readme.replaceAll(/```.*?```/gs, '').replaceAll(/`[^`\n]*`/g, '')
  const written = [...prose.matchAll(/\]\(([^)\s]+)|^\[[^\]]+\]:\s*(\S+)|(?:href|src)="([^"]+)"/gm)]
  return written.map(([, inline, reference, attribute]) => inline ?? reference ?? attribute)
}

function headingsOf(readme: string): string[] {
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)]
  return headings.map(([, text]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

function programsOf(readme: string): string[] {
  return [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, program]) => program)
}

/** The packages that a program imports: without Node's own, and without what is behind a package's name. */
function importsOf(program: string): string[] {
  const specifiers = [...program.matchAll(/^import (?:.* from )?'([^']+)'/gm)].map(([, name]) => name)
  const others = specifiers.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
  return others.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
}

function installedBy(readme: string): string[] {
  const lines = [...readme.matchAll(/^ *npm install ([^#\n]*)/gm)]
  return lines.flatMap(([, names]) => names.split(' ').filter((name) => name !== '' && !name.startsWith('-')))
}

/** The cells of the table whose first row is of this option. */
function tableOf(readme: string, option: string): string[][] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| \`${option}\``))
  if (start < 0) throw new Error(`No table begins with ${option}.`)
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'))
  const rows = lines.slice(start, start + length)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
