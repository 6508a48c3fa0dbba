import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { NtlmError, shown } from '@ntlmkit/core'
import { refusedVia } from './via.js'

/** The start of a proxy's answer that is kept: enough for its head and some words. */
const MAX_KEPT = 16 * 1024

/** Milliseconds for an answer that has arrived to be handed on. */
const PATIENCE = 1000

/**
 * Reads the answer of a proxy that opened no tunnel. Agents of the https-proxy-agent family then give out a socket that
 * nothing can be written to, and put the proxy's answer on it once the request has it: the client would take that for
 * the server's.
 *
 * @param done called once, with an error that has the proxy's own words.
 */
export function whenTunnelRefused(
  request: ClientRequest,
  socket: Socket,
  destination: string,
  done: (error: NtlmError) => void,
): void {
  let answer = ''
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    socket.destroy()
    done(refusedTunnel(destination, answer))
  }
  const timer = setTimeout(end, PATIENCE)
  socket.on('data', (chunk: Buffer) => {
    if (answer.length < MAX_KEPT) answer += chunk.toString('latin1')
  })
  socket.once('end', end)
  socket.once('close', end)
  request.emit('socket', socket)
}

function refusedTunnel(destination: string, answer: string): NtlmError {
  const [head, ...body] = answer.split('\r\n\r\n')
  const [, status, reason = ''] = /^HTTP\/\d\.\d (\d{3}) ?([^\r\n]*)/.exec(head) ?? []
  // Nothing says that there was a proxy.
  if (status === undefined) {
    return refusedVia(
      `nothing can be written to the connection that it gave for ${destination}.`,
      'Give one that opens a connection each time it is asked for one.',
    )
  }
  const words = body
    .join(' ')
    .replace(/<[^>]*>|\s+/g, ' ')
    .trim()
  const said = `${status} ${shown(reason)}`.trim()
  const message = `The proxy answered ${said} to the CONNECT for ${destination}${words ? `: ${shown(words)}` : '.'}`
  return new NtlmError('ERR_NTLM_PROXY', message, { hint: hintFor(status) })
}

function hintFor(status: string): string {
  if (status === '407')
    return 'The proxy wants credentials of its own: give them to the agent that opens the connections.'
  return 'Ask whoever runs the proxy whether it lets CONNECT through to this host and port.'
}
