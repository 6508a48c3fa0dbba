import { describe, expect, it } from 'vitest'
import { AvId } from '../../src/ntlm/av-pairs.js'
import { echoesTargetInfo } from '../../src/ntlm/target-info.js'

const name = { id: AvId.NB_DOMAIN_NAME, value: Buffer.from('LAB', 'utf16le') }
const flags = (value: number) => ({ id: AvId.FLAGS, value: Buffer.from([value, 0, 0, 0]) })
const own = { id: AvId.TARGET_NAME, value: Buffer.from('HTTP/x', 'utf16le') }

describe('a response echoes the target info', () => {
  it('that it got, with pairs of the initiator among them', () => {
    expect(echoesTargetInfo([name], [own, name])).toBe(true)
    expect(echoesTargetInfo([], [own])).toBe(true)
  })

  it('with the bits of the initiator in the flags (MIC, untrusted SPN)', () => {
    expect(echoesTargetInfo([name], [name, flags(6)])).toBe(true)
    expect(echoesTargetInfo([name, flags(1)], [name, flags(3)])).toBe(true)
    expect(echoesTargetInfo([name, flags(1)], [name, flags(2)])).toBe(false)
  })

  it("without the bit that announces a MIC, which is the initiator's to say", () => {
    expect(echoesTargetInfo([name, flags(3)], [name, flags(1)])).toBe(true)
  })

  it('but not one that lacks a pair or changed it', () => {
    expect(echoesTargetInfo([name], [])).toBe(false)
    expect(echoesTargetInfo([name], [{ ...name, value: Buffer.from('lab', 'utf16le') }])).toBe(false)
  })

  it('and says the target name and the binding itself', () => {
    expect(echoesTargetInfo([own, name], [name])).toBe(true)
  })
})
