import { describe, expect, it } from 'vitest'
import { diagnose, type LeftAlone, type Observation, type SeenClient } from '../src/index.js'

function observed(leftAlone: LeftAlone, client: SeenClient = {}): Observation {
  return {
    origin: 'http://localhost:8080',
    exchanges: [
      {
        method: 'GET',
        url: 'http://localhost:8080/',
        request: { authorization: 'Basic c2VjcmV0' },
        status: 401,
        response: { 'www-authenticate': 'NTLM' },
      },
    ],
    client: { ...client, leftAlone },
  }
}

const listed = (...origins: string[]) => observed('origin-not-listed', { origins })

const CASES: [observation: Observation, id: string, evidence: RegExp, nextStep: RegExp][] = [
  [
    listed('http://127.0.0.1:8080'),
    'origin-not-listed',
    /^http:\/\/localhost:8080 is not in origins\. Listed is 'http:\/\/127\.0\.0\.1:8080': its name is 127\.0\.0\.1/,
    /^Add 'http:\/\/localhost:8080' to origins, if it may have the credentials, or ask for http:\/\/127\.0\.0\.1:8080 instead\.$/,
  ],
  [
    listed('https://a.test', 'https://b.test', 'https://c.test', 'https://d.test', 'https://e.test'),
    'origin-not-listed',
    /The nearest of 'https:\/\/a\.test', .*'https:\/\/d\.test', \.\.\. is 'https:/,
    /^Add 'http:\/\/localhost:8080' to origins, if it may have the credentials\.$/,
  ],
  [listed(), 'origin-not-listed', /is not in origins/, /^Add/],
  [
    observed('origin-not-listed'),
    'origin-not-listed',
    /function that was given as origins says no/,
    /return true/,
  ],
  [observed('own-authorization'), 'own-authorization', /of its own \(Basic\)/, /axios's auth/],
  [observed('switched-off'), 'client-bypassed', /ntlm: false/, /Leave ntlm: false out/],
  [observed('proxy-option'), 'client-bypassed', /proxy option/, /proxy: false/],
  [observed('bypassed'), 'client-bypassed', /did not come through the agent/, /nock\.restore\(\)/],
  [
    observed('runtime', { runtime: 'bun 1.4.5' }),
    'runtime-ignores-dispatcher',
    /This is bun 1\.4\.5: its fetch, and the request and fetch of undici/,
    /@ntlmkit\/agent/,
  ],
  [
    observed('runtime', { runtime: 'deno 2.9.6' }),
    'runtime-ignores-dispatcher',
    /This is deno 2\.9\.6: its own fetch/,
    /createNtlmFetch/,
  ],
  [observed('dns-interceptor'), 'origin-not-listed', /in the place of the name/, /interceptors\.dns\(\)/],
]

describe('a request that was left alone', () => {
  it.each(CASES)('$client.leftAlone, $client.origins: %#', (observation, id, evidence, nextStep) => {
    expect(diagnose(observation)).toMatchObject([
      {
        id,
        likelihood: 'certain',
        evidence: expect.stringMatching(evidence),
        nextStep: expect.stringMatching(nextStep),
      },
    ])
  })

  it('never shows its Authorization', () => {
    expect(JSON.stringify(diagnose(observed('own-authorization')))).not.toContain('c2VjcmV0')
  })
})
