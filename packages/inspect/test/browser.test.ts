import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src/', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

describe('it runs in a browser as it is', () => {
  it.each(files)('%s imports nothing at run time but its neighbours', (name) => {
    expect(importsOf(name).filter((specifier) => !specifier.startsWith('.'))).toEqual([])
  })

  it.each(files)('%s needs nothing of Node', (name) => {
    expect(readFileSync(join(src, name), 'utf8')).not.toMatch(/'node:|\bBuffer\b|\bprocess\./)
  })
})

/** What is imported or exported from elsewhere when types are gone. */
function importsOf(name: string): string[] {
  const { outputText } = ts.transpileModule(readFileSync(join(src, name), 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  })
  return [...outputText.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, specifier]) => specifier,
  )
}
