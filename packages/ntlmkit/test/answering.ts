import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { encodeNegTokenResp, NTLM_OID } from '@ntlmkit/core'
import { afterEach } from 'vitest'
import { makeCertificate } from '../../server/src/certificate.js'

/** A CHALLENGE of LAB\SERVER, without a time. */
const CHALLENGE =
  'TlRMTVNTUAACAAAABgAGADgAAAAVgoni8t4KxL2dHDMAAAAAAAAAADIAMgA+AAAACgBjRQAAAA9MAEEAQgACAAYATABBAEIAAQAMAFMARQBSAFYARQBSAAQAEABsAGEAYgAuAHQAZQBzAHQAAAAAAA=='

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** A server that speaks as it is told to, once the AUTHENTICATE is there, and what it saw. */
export interface AnsweringServer {
  readonly url: string
  /** The type of the NTLM message of each request; 0 without one. */
  readonly messages: number[]
}

const servers: Server[] = []

/** Asks for a scheme and answers a NEGOTIATE as servers do; the AUTHENTICATE is answered as it is given. */
export async function answering(
  scheme: 'NTLM' | 'Negotiate',
  toAuthenticate: Answering,
  isSecure = false,
): Promise<AnsweringServer> {
  const messages: number[] = []
  const listener: Answering = (request, response) => {
    const message = messageIn(request)
    messages.push(message)
    if (message === 3) return toAuthenticate(request, response)
    const offer = message === 1 ? challengeOf(scheme) : scheme
    response.writeHead(401, { 'WWW-Authenticate': offer, 'Content-Length': 0 }).end()
  }
  const server = isSecure
    ? createHttpsServer(await makeCertificate('127.0.0.1'), listener)
    : createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http${isSecure ? 's' : ''}://127.0.0.1:${port}/page`, messages }
}

/** A server's answer to an AUTHENTICATE that says no more than its status and fields. */
export function answered(status: number, fields: Record<string, string> = {}): Answering {
  return (_request, response) => void response.writeHead(status, { 'Content-Length': 0, ...fields }).end()
}

/** A second CHALLENGE in the place of a verdict. */
export function challengedAgain(scheme: 'NTLM' | 'Negotiate'): Answering {
  return answered(401, { 'WWW-Authenticate': challengeOf(scheme) })
}

function challengeOf(scheme: 'NTLM' | 'Negotiate'): string {
  const challenge = Buffer.from(CHALLENGE, 'base64')
  const token =
    scheme === 'NTLM'
      ? challenge
      : encodeNegTokenResp({
          kind: 'resp',
          negState: 'accept-incomplete',
          supportedMech: NTLM_OID,
          responseToken: challenge,
        })
  return `${scheme} ${token.toString('base64')}`
}

function messageIn({ headers }: IncomingMessage): number {
  const token = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64')
  const at = token.indexOf('NTLMSSP\0')
  return at < 0 ? 0 : token.readUInt32LE(at + 8)
}

/** Call it once in a test file. */
export function closeAfterEach(): void {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })
}
