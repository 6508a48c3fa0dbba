import { ntlm } from '@ntlmkit/got'

export async function login(url: string, account: { username: string; password: string }) {
  // got is an ES module only: this is how every kind of program has it.
  const { default: got } = await import('got')
  const instance = got.extend({ prefixUrl: new URL(url).origin }, ntlm(account))
  const { user } = await instance(new URL(url).pathname.slice(1)).json<{ user: string }>()
  return user
}
