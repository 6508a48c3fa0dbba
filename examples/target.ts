import { readFileSync } from 'node:fs'
import { createNtlmServer, type NtlmServerOptions } from '@ntlmkit/server'

/** What an example calls, and as whom. */
export interface Target {
  url: string
  /** The one origin that may get the credentials. */
  origin: string
  username: string
  password: string
  /** A certificate to trust beside the usual ones, PEM. */
  ca: string | undefined
  close(): Promise<void>
}

/**
 * The server at NTLM_URL, with NTLM_USERNAME and NTLM_PASSWORD (and NTLM_CA, a PEM file, for a private authority); or,
 * without them, one of our own on loopback, so that the example runs as it stands.
 */
export async function openTarget(path = '/', options: Partial<NtlmServerOptions> = {}): Promise<Target> {
  const { NTLM_URL, NTLM_USERNAME, NTLM_PASSWORD, NTLM_CA } = process.env
  if (NTLM_URL) {
    if (!NTLM_USERNAME || !NTLM_PASSWORD)
      throw new Error('Set NTLM_USERNAME and NTLM_PASSWORD beside NTLM_URL.')
    return {
      url: NTLM_URL,
      origin: new URL(NTLM_URL).origin,
      username: NTLM_USERNAME,
      password: NTLM_PASSWORD,
      ca: NTLM_CA && readFileSync(NTLM_CA, 'utf8'),
      close: async () => {},
    }
  }
  const account = { username: 'CORP\\alice', password: 'Passw0rd!' }
  const server = createNtlmServer({ users: { [account.username]: account.password }, ...options })
  await server.listen()
  const { origin, ca } = server
  return { url: origin + path, origin, ca, ...account, close: () => server.close() }
}
