import type { RequestOptions } from 'node:https'

/** The options of TLS by which somebody is trusted, or somebody is shown who the client is, and how well. */
const TLS_OPTIONS = [
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

/** A request's own TLS options, absent ones too: over an agent's these make its connection what it would be without. */
export function tlsOptionsOf(request: RequestOptions): Record<string, unknown> {
  const given = request as Record<string, unknown>
  const own = (name: string) => (Object.hasOwn(given, name) ? given[name] : undefined)
  return Object.fromEntries(TLS_OPTIONS.map((name) => [name, own(name)]))
}
