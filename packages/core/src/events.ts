import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { NtlmError, NtlmPhase } from './errors.js'
import type { Scheme } from './scheme.js'

/** The client's request that an event belongs to. */
export interface RequestOfEvent {
  /** Tells the requests of this process apart: the legs of one have the same number. */
  readonly requestId: number
  /**
   * The request itself: of node:http (and axios and got) the `http.ClientRequest`; of undici and `fetch` the options that
   * the agent's `dispatch` was given, the same object that an interceptor composed onto the agent hands on.
   */
  readonly request: object | undefined
}

/** Published on `ntlmkit:leg` for every answer to a request that carried a token, in the async context of the client. */
export interface LegEvent extends RequestOfEvent {
  readonly origin: string
  /** Counts the connections of this process, from 1. */
  readonly connection: number
  /** Counts what went with a token for this request, from 1, on whichever connection. */
  readonly leg: number
  readonly phase: NtlmPhase
  readonly method: string
  /** Without its query. */
  readonly url: string
  readonly scheme: Scheme
  readonly status: number
  /** NegotiateFlags of the CHALLENGE in the answer. */
  readonly flags: number | undefined
  /** Who made the CHALLENGE, by its NetBIOS names: `DOMAIN\COMPUTER`. */
  readonly target: string | undefined
  /** The first 8 hex digits of the channel binding (MsvAvChannelBindings); undefined where the log-on is bound to none. */
  readonly binding: string | undefined
  /** The schemes that the answer offers, lower case. */
  readonly offers: readonly string[]
  /** Milliseconds since 1970. */
  readonly sentAt: number
  /** Until the head of the answer. */
  readonly milliseconds: number
}

/** Published on `ntlmkit:authenticated` when a connection is. */
export interface AuthenticatedEvent extends RequestOfEvent {
  readonly origin: string
  readonly connection: number
  readonly scheme: Scheme
  /** As it was sent: `DOMAIN\user`. */
  readonly account: string
}

/**
 * Published on `ntlmkit:refused` for a final 401 or 407 that is delivered as the response, and for an NtlmError that ends
 * a request: each once.
 */
export interface RefusedEvent extends Partial<RequestOfEvent> {
  readonly origin: string
  /** 0 where the request had no connection of ours. */
  readonly connection: number
  readonly error: NtlmError
  /** The schemes that the last answer offered, lower case. */
  readonly offers?: readonly string[]
}

/** A channel of `node:diagnostics_channel`, with the type of its events. */
export interface EventChannel<Event> {
  readonly name: string
  /** @returns ends it. */
  subscribe(listener: (event: Event) => void): () => void
}

function eventChannel<Event>(name: string): EventChannel<Event> {
  return {
    name,
    subscribe(listener) {
      const onMessage = (event: unknown) => listener(event as Event)
      subscribe(name, onMessage)
      return () => void unsubscribe(name, onMessage)
    },
  }
}

/**
 * The channels of all handshakes of this process. None of their events has a token, a hash or a key.
 *
 *     const stop = channels.leg.subscribe(({ url, status, milliseconds }) => {})
 */
export const channels = {
  /** An answer to a request that carried a token. */
  leg: eventChannel<LegEvent>('ntlmkit:leg'),
  /** A connection is authenticated. */
  authenticated: eventChannel<AuthenticatedEvent>('ntlmkit:authenticated'),
  /** Why a request is refused or fails. */
  refused: eventChannel<RefusedEvent>('ntlmkit:refused'),
} as const
