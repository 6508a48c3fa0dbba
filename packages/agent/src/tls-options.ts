import type { RequestOptions } from 'node:https'

/** The options of TLS by which somebody is trusted, or somebody is shown who the client is, and how well. */
export const TLS_OPTIONS = [
  'ca',
  'cert',
  'checkServerIdentity',
  'ciphers',
  'clientCertEngine',
  'crl',
  'dhparam',
  'ecdhCurve',
  'honorCipherOrder',
  'key',
  'maxVersion',
  'minVersion',
  'passphrase',
  'pfx',
  'privateKeyEngine',
  'privateKeyIdentifier',
  'rejectUnauthorized',
  'secureContext',
  'secureOptions',
  'secureProtocol',
  'sigalgs',
] as const

/** Options of a connection with the TLS options that its request asked for itself, and none of its agent's. */
export function withOwnTlsOptions<T extends object>(options: T, asked: RequestOptions): T {
  const given = asked as Record<string, unknown>
  const connection = { ...options } as Record<string, unknown>
  for (const name of TLS_OPTIONS) {
    if (Object.hasOwn(given, name)) connection[name] = given[name]
    else delete connection[name]
  }
  return connection as T
}
