import { createNtlmFetch } from '@ntlmkit/fetch'

export async function login(url: string, account: { username: string; password: string }) {
  const fetch = createNtlmFetch({ ...account, origins: new URL(url).origin })
  const response = await fetch(url, { method: 'POST', body: 'text' })
  const { user } = (await response.json()) as { user: string }
  await fetch.close()
  return user
}
