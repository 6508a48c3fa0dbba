// One ntlm_auth child: Samba's verdict on the tokens of one connection.
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const protocols = { NTLM: 'squid-2.5-ntlmssp', Negotiate: 'gss-spnego' }

/**
 * @typedef {object} Verdict
 * @property {'challenge' | 'accepted' | 'refused'} outcome
 * @property {string} [token] base64, for the client
 * @property {string} [user] when accepted
 * @property {string} [reason] when refused, in Samba's words
 */

export class NtlmAuthChild {
  #child
  #lines
  #closed
  #command = 'YR'
  #scheme

  /**
   * @param {{ ntlmAuth(args: string[]): import('node:child_process').ChildProcessWithoutNullStreams }} samba
   * @param {'NTLM' | 'Negotiate'} scheme
   */
  constructor(samba, scheme) {
    this.#scheme = scheme
    this.#child = samba.ntlmAuth([`--helper-protocol=${protocols[scheme]}`])
    this.#closed = once(this.#child, 'close')
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#child.stderr.resume()
    // It may end while a token is on its way to it; the missing answer tells.
    this.#child.stdin.on('error', () => {})
  }

  /**
   * @param {string} token base64, as the client sent it
   * @returns {Promise<Verdict>}
   */
  async judge(token) {
    this.#child.stdin.write(`${this.#command} ${token}\n`)
    this.#command = 'KK'
    const { value, done } = await this.#lines.next()
    if (done) return { outcome: 'refused', reason: 'ntlm_auth ended' }
    return this.#scheme === 'NTLM' ? readNtlmLine(value) : readSpnegoLine(value)
  }

  async stop() {
    this.#child.kill()
    await this.#closed
  }
}

/**
 * `TT token`, `AF user`, `NA reason` or `BH reason`.
 *
 * @param {string} line
 * @returns {Verdict}
 */
function readNtlmLine(line) {
  const [, word, rest] = /^(\S+) ?(.*)$/.exec(line)
  if (word === 'TT') return { outcome: 'challenge', token: rest }
  if (word === 'AF') return { outcome: 'accepted', user: rest }
  return { outcome: 'refused', reason: rest }
}

/**
 * The same with a token or `*` before the rest.
 *
 * @param {string} line
 * @returns {Verdict}
 */
function readSpnegoLine(line) {
  const [word, token, ...rest] = line.split(' ')
  const output = token === '*' ? undefined : token
  if (word === 'TT') return { outcome: 'challenge', token: output }
  if (word === 'AF') return { outcome: 'accepted', token: output, user: rest.join(' ') }
  const reason = word === 'NA' ? rest : [token, ...rest]
  return { outcome: 'refused', reason: reason.join(' ') }
}
