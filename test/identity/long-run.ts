import { expect, it } from 'vitest'
import { sessions } from '../clients/index.js'
import { Figures } from './figures.js'
import { checkIdentity } from './property.js'
import { sequencesFromEnvironment } from './sequences.js'

const REQUESTS = Number(process.env.NTLMKIT_IDENTITY_REQUESTS)
/** Sequences with one client before it is another's turn; their commands. */
const SEQUENCES = { runs: 5, commands: 120 }
/** Requests between two lines that say how far it has come. */
const REPORTED = 10_000

it(`keeps ${REQUESTS} requests under the identities they were made with`, async () => {
  const began = Date.now()
  const seconds = () => ((Date.now() - began) / 1000).toFixed(1)
  const figures = new Figures()
  let { seed = Date.now() % 2 ** 31 } = sequencesFromEnvironment()
  let reported = 0
  console.log(`seed: ${seed}`)
  while (figures.requests < REQUESTS) {
    for (const client of Object.keys(sessions)) await checkIdentity(client, figures, { ...SEQUENCES, seed })
    seed++
    if (figures.requests - reported < REPORTED) continue
    reported = figures.requests
    console.log(`${reported} requests after ${seconds()} s`)
  }
  console.log(`${figures}\nseconds: ${seconds()}`)
  expect(figures.wrongIdentities).toBe(0)
})
