import { describe, expect, it } from 'vitest'
import { sessions } from '../clients/index.js'
import { Figures } from './figures.js'
import { checkIdentity } from './property.js'
import { sequencesFromEnvironment } from './sequences.js'

/** The same sequences each time; npm run test:identity draws others, and many more. */
const SEQUENCES = { seed: 20261125, runs: 3, commands: 30 }

describe('every request is answered under the identity it was made with', () => {
  it.each(Object.keys(sessions))(
    '%s, whatever servers, networks and other users do',
    async (client) => {
      const figures = new Figures()
      await checkIdentity(client, figures, { ...SEQUENCES, ...sequencesFromEnvironment() })
      expect(figures.requestsByClient.get(client)).toBeGreaterThan(0)
      expect(figures.wrongIdentities).toBe(0)
    },
    120_000,
  )
})
