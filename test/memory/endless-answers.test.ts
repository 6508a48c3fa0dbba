import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { byTransport, CLIENTS } from '../hostile/clients.js'
import { isWhole } from './extent.js'

type Figures = Record<string, Record<string, { most: number; ended: string }>>

const run = promisify(execFile)
const script = fileURLToPath(new URL('endless-answers.mjs', import.meta.url))

/** One of each transport, but for the whole run. */
const clients = isWhole ? CLIENTS : ['undici request', 'http.request']

/** rules.md, Then as ever, allows a mebibyte to be drained; who kept what it read would hold a megabyte at that moment. */
const MOST = 512 * 1024

describe('in the middle of an answer without end to a leg', () => {
  let figures: Figures

  beforeAll(async () => {
    const { stdout } = await run(process.execPath, ['--expose-gc', script, ...clients])
    figures = JSON.parse(stdout) as Figures
  }, 60_000)

  it.each(clients)('nothing of it is held, neither body nor interim answers: %s', (client) => {
    const { body, interim } = figures[client]
    expect(body.ended).toBe('ERR_NTLM_RESPONSE_TOO_LARGE')
    expect(interim.ended).toMatch(byTransport(/^HTTPParserError|HPE_/, /^HPE_INVALID_CONSTANT$/)(client))
    expect(body.most).toBeLessThan(MOST)
    expect(interim.most).toBeLessThan(MOST)
  })

  it('a client that keeps what it reads is seen to', () => {
    expect(figures.hoarder.body.most).toBeGreaterThan(MOST)
  })
})
