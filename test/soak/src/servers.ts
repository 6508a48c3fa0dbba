import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FromServers, ServerStart, ToServers } from './messages.js'

type Answer<Is extends FromServers['is']> = Extract<FromServers, { is: Is }>

/** The process of the servers, seen from that of the clients. */
export class Servers {
  readonly origins: Answer<'ready'>['origins']
  readonly ca: string
  /** Rejects when the process has ended; nothing is to be expected of a run from then on. */
  readonly ended: Promise<never>
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, ended: Promise<never>, { origins, ca }: Answer<'ready'>) {
    this.#process = process
    this.ended = ended
    this.origins = origins
    this.ca = ca
  }

  static async start(start: Omit<ServerStart, 'is'>): Promise<Servers> {
    const module = fileURLToPath(new URL('server-process.js', import.meta.url))
    // The advanced one sends arrays of bytes as they are.
    const process = fork(module, { serialization: 'advanced' })
    const ended = endOf(process)
    process.send({ is: 'start', ...start })
    return new Servers(process, ended, await Promise.race([next(process, 'ready'), ended]))
  }

  /** @param listener told how many sockets are open at the servers, several times a second. */
  onSockets(listener: (open: number) => void): void {
    this.#process.on('message', (message: FromServers) => {
      if (message.is === 'sockets') listener(message.open)
    })
  }

  async measureMemory(): Promise<Answer<'memory'>['memory']> {
    const { memory } = await this.#ask('measure', 'memory')
    return memory
  }

  /** Once the clients have closed their connections: what the application got, and what is left. */
  async finish(): Promise<Answer<'finished'>> {
    return this.#ask('finish', 'finished')
  }

  #ask<Is extends FromServers['is']>(
    what: Exclude<ToServers['is'], 'start'>,
    answer: Is,
  ): Promise<Answer<Is>> {
    const answered = next(this.#process, answer)
    this.#process.send({ is: what })
    return Promise.race([answered, this.ended])
  }
}

/** The next message of a kind. */
function next<Is extends FromServers['is']>(process: ChildProcess, is: Is): Promise<Answer<Is>> {
  return new Promise((resolve) => {
    const listener = (received: FromServers) => {
      if (received.is !== is) return
      process.off('message', listener)
      resolve(received as Answer<Is>)
    }
    process.on('message', listener)
  })
}

function endOf(process: ChildProcess): Promise<never> {
  const ended = once(process, 'exit').then(([code, signal]) => {
    throw new Error(`The servers ended with ${signal ?? code}.`)
  })
  // At the end of a run nobody waits for it any more.
  ended.catch(() => {})
  return ended
}
