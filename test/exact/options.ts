import { ntlmAgents, identities as ofAgents } from '@ntlmkit/agent'
import { ntlm } from '@ntlmkit/axios'
import { NtlmError } from '@ntlmkit/core'
import { createNtlmFetch, identities as ofFetches } from '@ntlmkit/fetch'
import { createNtlmServer } from '@ntlmkit/server'
import { NtlmAgent, identities as ofDispatchers } from '@ntlmkit/undici'
import axios from 'axios'

/**
 * Options as a program has them that reads them from elsewhere: every one may be undefined. Compiled, and never run, with
 * `exactOptionalPropertyTypes`, where an option that may be left out may not be undefined unless its type says so.
 */
interface Found {
  text: string | undefined
  number: number | undefined
  flag: boolean | undefined
}

export function make({ text, number, flag }: Found): unknown[] {
  const options = {
    username: 'alice',
    password: text,
    ntHash: text,
    domain: text,
    workstation: text,
    origins: text,
    schemes: undefined,
    channelBinding: undefined,
    spn: text,
    handshakeTimeout: number,
    strict: flag,
    legacy: { ntlmV1: flag },
    firstLeg: { head: flag, path: text },
  }
  const pools = { http: undefined, https: undefined, via: undefined }
  const one = { username: 'alice', password: text, ntHash: null, domain: text }
  const fetches: (typeof fetch)[] = [
    createNtlmFetch(options),
    ofFetches({ origins: '*', max: number }).for(one),
  ]
  return [
    fetches,
    new NtlmAgent({
      ...options,
      connections: number,
      connect: undefined,
      client: undefined,
      others: undefined,
    }),
    ntlmAgents(options, pools).track({ hasBody: flag, replayable: flag, authenticate: flag, via: undefined }),
    ntlm(axios.create(), options),
    ofDispatchers({ origins: '*', max: number }).for(one),
    ofAgents({ origins: '*', max: number }, pools).for(one),
    createNtlmServer({ users: {}, tls: flag, host: text, idleTimeout: number, onRequest: undefined }),
    new NtlmError('ERR_NTLM_CONFIG', 'No.', { hint: 'Ask.', phase: undefined, cause: undefined }),
  ]
}
