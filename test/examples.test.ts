import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { outputsOf } from './programs/run.js'
import { ALICE, startServer } from './wire.js'

const compiled = (name: string) => fileURLToPath(new URL(`../examples/dist/${name}.js`, import.meta.url))

const examples: [name: string, printed: RegExp][] = [
  ['undici', /GET 200 .*"user":"alice".*\nPOST 200 .*"bodyBytes":15/],
  ['fetch', /GET 200 .*"user":"alice"/],
  ['axios', /GET 200 .*user: 'alice'.*POST 200 .*bodyBytes: 15/s],
  ['got', /GET .*user: 'alice'.*POST .*bodyBytes: 15/s],
  ['superagent', /GET 200 .*"user":"alice"/],
  ['node-soap', /2 \+ 3 = 5/],
  [
    'connectionless',
    /request 0.*reply 0.*is lost.*reply 1.*not run again.*reply 2.*ERR_NTLM_INTEGRITY.*reply 3/s,
  ],
  ['recipes/iis-extended-protection', /200 .*"user":"alice"/],
  ['recipes/exchange-find-item', /inbox: \[ 'Lunch on Friday\?', 'Your build is green' \]/],
  [
    'recipes/sharepoint-list-items',
    /titles: \[ 'Welcome', 'Canteen closed' \]\nadded: { Id: 3, Title: 'Written from Node' }/,
  ],
]

describe('the examples run as they stand', () => {
  let outputs: string[]

  beforeAll(async () => {
    outputs = await outputsOf(examples.map(([name]) => compiled(name)))
  }, 60_000)

  it.each(examples.map(([name, printed], index) => [name, index, printed] as const))(
    '%s',
    (_name, index, printed) => {
      expect(outputs[index]).toMatch(printed)
    },
  )
})

it('those of a client call the server at NTLM_URL', async () => {
  const names = ['undici', 'fetch', 'axios', 'got', 'superagent']
  const server = await startServer()
  const env = { NTLM_URL: server.url, NTLM_USERNAME: ALICE.username, NTLM_PASSWORD: ALICE.password }
  for (const output of await outputsOf(names.map(compiled), env)) expect(output).toMatch(/GET .*alice/s)
  const answered = server.log.filter(({ user, method }) => user === 'alice' && method === 'GET')
  expect(answered).toHaveLength(names.length)
})
