import { Socket } from 'node:net'
import type { ResponseHead } from '@ntlmkit/transport'
import { describe, expect, it } from 'vitest'
import { watchHeads } from '../src/unasked-connection.js'

const HEAD =
  'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nwww-authenticate: Basic realm="x"\r\nX\r\n\r\n'

function received(...chunks: string[]): { heads: ResponseHead[]; bytes: string } {
  const socket = new Socket()
  const heads: ResponseHead[] = []
  watchHeads(socket, (head) => void heads.push(head))
  for (const chunk of chunks) socket.push(Buffer.from(chunk))
  return { heads, bytes: whatIsIn(socket) }
}

/** From Node 26 on `read()` gives one chunk, and all of them before. */
function whatIsIn(socket: Socket): string {
  const chunk: unknown = socket.read()
  return chunk === null ? '' : String(chunk) + whatIsIn(socket)
}

describe('a connection that was opened past the agent', () => {
  it.each([
    ['in one piece', [HEAD]],
    ['in pieces', [HEAD.slice(0, 30), HEAD.slice(30, 60), HEAD.slice(60)]],
  ])('tells the head of a 401 that comes %s, and gives every byte', (_, chunks) => {
    const { heads, bytes } = received(...chunks, 'body')
    expect(heads).toMatchObject([
      { status: 401, headers: { 'www-authenticate': ['NTLM', 'Basic realm="x"'] } },
    ])
    expect(bytes).toBe(`${HEAD}body`)
  })

  it('tells of no other answer', () => {
    const { heads } = received(
      'HTTP/1.1 200 OK\r\n\r\n',
      'a body: HTTP/1.1 401 x\r\n\r\n',
      HEAD.replace('401', '403'),
    )
    expect(heads).toEqual([])
  })

  it('ends with the error that comes of it', async () => {
    const socket = new Socket()
    const error = new Error('asked')
    watchHeads(socket, () => error)
    const failed = new Promise((resolve) => socket.once('error', resolve))
    socket.push(Buffer.from(HEAD))
    expect(await failed).toBe(error)
  })
})
