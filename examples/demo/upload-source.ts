import { Readable } from 'node:stream'

const CHUNK = Buffer.alloc(64 * 1024, 'ntlmkit ')

/** A body of so many bytes that is made while it is sent, and tells how far it is. */
export function uploadSource(size: number, onProgress: (sent: number) => void): Readable {
  function* chunks(): Generator<Buffer> {
    for (let sent = 0; sent < size; sent += CHUNK.length) {
      onProgress(sent)
      yield CHUNK.subarray(0, Math.min(CHUNK.length, size - sent))
    }
    onProgress(size)
  }
  return Readable.from(chunks(), { objectMode: false })
}
