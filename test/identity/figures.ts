/** What a run came to, counted at the servers as far as they see it. */
export class Figures {
  readonly requestsByClient = new Map<string, number>()
  readonly users = new Set<string>()
  /** Whatever came over the wire: requests and the legs of handshakes. */
  onTheWire = 0
  connections = 0
  handshakes = 0
  refusedHandshakes = 0
  aborts = 0
  /** Connections that a server ended, by itself or under a request. */
  resets = 0
  forgotten = 0
  credentialChanges = 0
  redirects = 0
  forbidden = 0
  ownCredentials = 0
  unlisted = 0
  wrongIdentities = 0
  sequences = 0

  /** Requests of clients of which a server has seen something. */
  get requests(): number {
    return [...this.requestsByClient.values()].reduce((sum, count) => sum + count, 0)
  }

  toString(): string {
    const clients = [...this.requestsByClient].map(([client, count]) => `  ${client}: ${count}`)
    return [
      `requests: ${this.requests}, by client:`,
      ...clients,
      `users: ${this.users.size}`,
      `sequences of commands: ${this.sequences}`,
      `requests on the wire, legs included: ${this.onTheWire}`,
      `connections: ${this.connections}`,
      `handshakes: ${this.handshakes} accepted, ${this.refusedHandshakes} refused`,
      `aborts: ${this.aborts}`,
      `connections ended by a server: ${this.resets}`,
      `connections forgotten: ${this.forgotten}`,
      `credential changes: ${this.credentialChanges}`,
      `redirects: ${this.redirects}`,
      `forbidden: ${this.forbidden}`,
      `with an Authorization of their own: ${this.ownCredentials}`,
      `to the unlisted origin: ${this.unlisted}`,
      `wrong identities: ${this.wrongIdentities}`,
    ].join('\n')
  }
}
