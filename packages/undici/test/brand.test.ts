import { Dispatcher } from 'undici'
import { expect, it } from 'vitest'
import { NtlmAgent } from '../src/index.js'

const OPTIONS = { username: 'LAB\\alice', password: 'x', origins: '*' }

it('an NtlmAgent of another copy is known as one, and a subclass only by itself', async () => {
  const path = '../src/ntlm-agent.js'
  const copy = (await import(/* @vite-ignore */ `${path}?copy`)) as typeof import('../src/ntlm-agent.js')
  class Own extends NtlmAgent {}
  const [ours, theirs, own] = [new NtlmAgent(OPTIONS), new copy.NtlmAgent(OPTIONS), new Own(OPTIONS)]
  expect(copy.NtlmAgent).not.toBe(NtlmAgent)
  expect([ours, theirs, own].map((agent) => agent instanceof NtlmAgent)).toEqual([true, true, true])
  expect([ours, theirs, own].map((agent) => agent instanceof copy.NtlmAgent)).toEqual([true, true, true])
  expect([ours, theirs, own].map((agent) => agent instanceof Own)).toEqual([false, false, true])
  expect([ours, theirs, own].map((agent) => agent instanceof Dispatcher)).toEqual([true, true, true])
})
