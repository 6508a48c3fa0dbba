/** Who knows which password: each server for itself, and the user's clients. By their versions. */
export class Passwords {
  readonly #servers = new Map<string, number[]>()
  readonly #clients = new Map<string, number>()

  constructor(users: readonly string[], servers: number) {
    for (const user of users) {
      this.#servers.set(user, new Array(servers).fill(0))
      this.#clients.set(user, 0)
    }
  }

  atServer(user: string, server: number): string | undefined {
    const version = this.#servers.get(user)?.[server]
    return version === undefined ? undefined : passwordOf(user, version)
  }

  atClient(user: string): string {
    return passwordOf(user, this.#clients.get(user)!)
  }

  differs(user: string, server: number): boolean {
    return this.#servers.get(user)![server] !== this.#clients.get(user)
  }

  /** One server, or each, has another password from now on. */
  change(user: string, server: number | 'all'): void {
    const versions = this.#servers.get(user)!
    const next = Math.max(...versions) + 1
    if (server === 'all') versions.fill(next)
    else versions[server] = next
  }

  /** The newest password is known everywhere. */
  spread(user: string): void {
    const versions = this.#servers.get(user)!
    const newest = Math.max(...versions)
    versions.fill(newest)
    this.#clients.set(user, newest)
  }
}

function passwordOf(user: string, version: number): string {
  return `${user}'s password ${version}`
}
