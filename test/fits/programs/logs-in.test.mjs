import assert from 'node:assert'
import { login } from './CLIENT'

const client = 'CLIENT'

test(client, async () => {
  const { targets, account } = JSON.parse(process.env.FITS ?? '')
  assert.equal(await login(targets[client], account), 'alice')
})
