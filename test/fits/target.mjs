// The one server of a run: each login has a path of its own, and is judged by what was asked for there.
import { createNtlmServer } from '@ntlmkit/server'

const PASSWORD = 'Passw0rd!'
export const ACCOUNT = { username: 'LAB\\alice', password: PASSWORD }

export async function openTarget() {
  const server = createNtlmServer({ users: { 'LAB\\alice': PASSWORD } })
  return new Target(await server.listen())
}

class Target {
  #server
  #paths = 0

  constructor(server) {
    this.#server = server
  }

  /** A URL that nothing else asks for. */
  url() {
    this.#paths++
    return `${this.#server.origin}/cell-${this.#paths}`
  }

  /** The records of the requests for a URL. */
  requestsFor(url) {
    const { pathname } = new URL(url)
    return this.#server.log.filter(({ path }) => path === pathname)
  }

  /** Throws unless the server let alice in at this URL, and nobody else. */
  assertLogin(url) {
    const requests = this.requestsFor(url)
    const accepted = requests.filter(({ leg, status }) => leg === 'authenticate' && status === 200)
    if (accepted.length === 0) {
      const seen = requests.map(({ method, leg, status }) => `${method} ${leg} ${status}`).join(', ')
      throw new Error(`no login at the server, which saw: ${seen || 'nothing'}`)
    }
    const others = accepted.filter(({ user, domain }) => user !== 'alice' || domain !== 'LAB')
    if (others.length > 0) throw new Error(`logged in as ${others[0].domain}\\${others[0].user}`)
  }

  close() {
    return this.#server.close()
  }
}
