import { createNtlmFetch } from '@ntlmkit/fetch'

export async function login(url, account) {
  const fetch = createNtlmFetch({ ...account, origins: new URL(url).origin })
  const response = await fetch(url, { method: 'POST', body: 'text' })
  const { user } = await response.json()
  await fetch.close()
  return user
}
