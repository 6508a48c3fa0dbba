import { beforeAll, describe, expect, it } from 'vitest'
import { install } from './lab/packages.mjs'
import { runOracle } from './oracle/oracle.mjs'

const CONVERSATIONS = 200

beforeAll(async () => {
  await install(['python3-impacket'])
})

describe('impacket, which shares no line with us', () => {
  it('agrees on session key, MIC, signatures and sealed bytes of 200 random conversations', async () => {
    expect(await runOracle(CONVERSATIONS)).toEqual({ checked: CONVERSATIONS, disagreements: [] })
  })
})
