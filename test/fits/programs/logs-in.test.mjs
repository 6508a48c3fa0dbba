import assert from 'node:assert'
import { login } from './CLIENT'

test('CLIENT', async () => {
  const { targets, account } = JSON.parse(process.env.FITS ?? '')
  assert.equal(await login(targets['CLIENT'], account), 'alice')
})
