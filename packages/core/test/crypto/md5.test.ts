import { describe, expect, it } from 'vitest'
import { md5, md5InSteps } from '../../src/crypto/md5.js'

describe('MD5', () => {
  /** RFC 1321 A.5. */
  const digests: [text: string, digest: string][] = [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ]

  it.each(digests)('of %j is that of RFC 1321', (text, digest) => {
    expect(md5(Buffer.from(text)).toString('hex')).toBe(digest)
  })

  it.each(digests)('of %j is the same on a Node without hash (before 20.12)', (text, digest) => {
    expect(md5InSteps(Buffer.from(text)).toString('hex')).toBe(digest)
  })
})
