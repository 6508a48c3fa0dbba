import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { Client } from 'undici'
import { vi } from 'vitest'
import { Sightings } from './sightings.js'

const OURS = ['ntlmkit:leg', 'ntlmkit:authenticated', 'ntlmkit:refused']
const OF_NODE = ['http.client.request.created', 'http.client.request.start', 'http.client.response.finish']
const OF_UNDICI = [
  'undici:request:create',
  'undici:request:bodySent',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
  'undici:client:sendHeaders',
  'undici:client:beforeConnect',
  'undici:client:connected',
  'undici:client:connectError',
]

/** Everything a program could get hold of while its requests are under way. */
export class Watch {
  /** The sockets of legs come to be a Client's of undici: what that keeps is undici's, as what it tells is. */
  readonly ours = new Sightings((object) => this.#isClientOfUndici(object))
  /** What undici itself tells, on its channels, of the requests it sends, and keeps while they are under way. */
  readonly ofUndici = new Sightings()
  readonly #clientsOfUndici = new Set<object>()
  readonly #events: unknown[] = []
  readonly #eventsOfUndici: unknown[] = []
  /** Agents, requests, responses and sockets. */
  readonly #objects = new Set<unknown>()
  readonly #logged: unknown[] = []
  readonly #stop: (() => void)[] = []
  /** Dispatchers, and instances of axios and got. */
  #instances: () => unknown[] = () => []
  #soon: string | undefined

  start(): this {
    for (const name of OURS) this.#listen(name, (event) => this.#events.push(event))
    for (const name of OF_UNDICI) this.#listen(name, (event) => this.#eventsOfUndici.push(event))
    for (const name of OF_NODE) this.#listen(name, (event) => this.#keep(event as NodeEvent))
    this.#spy()
    return this
  }

  look(when: string): void {
    this.ours.look(when, this.#objects, this.#instances(), this.#events, this.#logged)
    this.ofUndici.look(`undici, ${when}`, this.#eventsOfUndici, this.#clientsOfUndici)
  }

  #isClientOfUndici(object: object): boolean {
    if (!(object instanceof Client)) return false
    this.#clientsOfUndici.add(object)
    return true
  }

  /** Once for all that happens in this turn of the event loop. */
  lookSoon(when: string): void {
    if (this.#soon === undefined) {
      setImmediate(() => {
        this.look(this.#soon ?? when)
        this.#soon = undefined
      })
    }
    this.#soon = when
  }

  stop(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  #listen(name: string, listener: (event: unknown) => void): void {
    subscribe(name, listener)
    this.#stop.push(() => unsubscribe(name, listener))
  }

  #keep({ request, response }: NodeEvent): void {
    for (const object of [request, response, request?.agent, request?.socket]) {
      if (object) this.#objects.add(object)
    }
  }

  #spy(): void {
    const dispatch = vi.spyOn(NtlmAgent.prototype, 'dispatch')
    const create = vi.spyOn(axios, 'create')
    const extend = vi.spyOn(got, 'extend')
    const log = vi.spyOn(console, 'log').mockImplementation((...args) => void this.#logged.push(args))
    this.#stop.push(() => {
      for (const spy of [dispatch, create, extend, log]) spy.mockRestore()
    })
    this.#instances = () => [...dispatch.mock.contexts, ...create.mock.results, ...extend.mock.results]
  }
}

interface NodeEvent {
  request?: ClientRequest & { agent?: unknown }
  response?: unknown
}
