import { NtlmAgent } from '@ntlmkit/undici'

export async function login(url, account) {
  const dispatcher = new NtlmAgent({ ...account, origins: new URL(url).origin })
  const response = await fetch(url, { dispatcher, method: 'POST', body: 'text' })
  const { user } = await response.json()
  await dispatcher.close()
  return user
}
