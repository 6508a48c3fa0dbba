import { readInput } from '@ntlmkit/inspect'
import { describe, expect, it } from 'vitest'

const OUTPUT = String.raw`
Listening on 8080
NTLMKIT 14064: leg connection=1 leg=1 phase=negotiate method=HEAD url=http://127.0.0.1:33579/a status=401 scheme=ntlm request=1 flags=0xa2898205 target=LAB\SERVER ms=4 offers=ntlm,negotiate
NTLMKIT 14064: leg connection=1 leg=2 phase=authenticate method=POST url=http://127.0.0.1:33579/a status=401 scheme=ntlm request=1 ms=7 offers=ntlm
NTLMKIT 14064: refused connection=1 origin=http://127.0.0.1:33579 request=1 code=ERR_NTLM_REJECTED phase=authenticate findings=wrong-credentials,domain-form offers=ntlm message="The server rejected \"alice\"." hint="Check the password."
app NTLMKIT 14064: refused connection=0 origin=https://other.lab code=ERR_NTLM_ORIGIN findings=origin-not-listed message="It is not listed." hint="List it."
`

describe('the output of NODE_DEBUG=ntlmkit', () => {
  it('its legs are steps, and its refusals findings', () => {
    const { kind, problems, conversations } = readInput(OUTPUT)

    expect([kind, problems]).toEqual(['debug', []])
    expect(conversations[0].observation).toMatchObject({
      origin: 'http://127.0.0.1:33579',
      exchanges: [
        {
          connection: 1,
          method: 'HEAD',
          status: 401,
          response: { 'www-authenticate': ['ntlm', 'negotiate'] },
        },
        { connection: 1, method: 'POST', status: 401, response: { 'www-authenticate': 'ntlm' } },
      ],
    })
    expect(conversations[0].steps.map(({ label }) => label)).toEqual([
      'HEAD http://127.0.0.1:33579/a',
      '401',
      'POST http://127.0.0.1:33579/a',
      '401',
    ])
    expect(conversations[0].findings.slice(0, 2)).toMatchObject([
      {
        id: 'wrong-credentials',
        likelihood: 'likely',
        evidence: 'The program reported ERR_NTLM_REJECTED: The server rejected "alice".',
        nextStep: 'Check the password.',
      },
      { id: 'domain-form', likelihood: 'possible' },
    ])
  })

  const WRONG_PASSWORD = OUTPUT.split('\n')
    .filter((line) => line.includes(' leg '))
    .join('\n')

  it('a leg with flags and target has a CHALLENGE, and the one behind it is the AUTHENTICATE that was refused', () => {
    const [{ observation, findings }] = readInput(WRONG_PASSWORD).conversations

    expect(observation.exchanges.map(({ told }) => told)).toEqual([
      {
        phase: 'negotiate',
        challenge: {
          type: 'challenge',
          flags: 0xa2898205,
          netbiosDomain: 'LAB',
          netbiosComputer: 'SERVER',
        },
      },
      { phase: 'authenticate', challenge: undefined },
    ])
    expect(findings[0]).toMatchObject({ id: 'wrong-credentials', likelihood: 'likely' })
  })

  it('targets of several machines on one connection are legs that were spread', () => {
    const [negotiate] = WRONG_PASSWORD.split('\n')
    const [{ findings }] = readInput(`${negotiate}\n${negotiate.replace('SERVER', 'OTHER')}`).conversations

    expect(findings[0]).toMatchObject({ id: 'legs-spread', likelihood: 'possible' })
  })

  it("the legs of a proxy are in the proxy's fields", () => {
    const [{ observation, findings }] = readInput(
      WRONG_PASSWORD.replaceAll('status=401', 'status=407'),
    ).conversations

    expect(observation.exchanges[1]).toMatchObject({
      request: { 'proxy-authorization': 'ntlm' },
      response: { 'proxy-authenticate': 'ntlm' },
    })
    expect(findings[0]?.id).toBe('proxy-asks')
  })

  it('a run that succeeds has neither a finding nor a problem', () => {
    const { problems, conversations } = readInput(
      WRONG_PASSWORD.replace(
        'status=401 scheme=ntlm request=1 ms=7 offers=ntlm',
        'status=200 scheme=ntlm ms=7',
      ),
    )

    expect([problems, conversations[0].findings]).toEqual([[], []])
  })

  it('a refusal of an origin without a leg is a conversation too', () => {
    const { conversations } = readInput(OUTPUT)

    expect(conversations).toHaveLength(2)
    expect(conversations[1]).toMatchObject({
      observation: { origin: 'https://other.lab' },
      steps: [{ label: 'ERR_NTLM_ORIGIN' }],
      findings: [{ id: 'origin-not-listed', nextStep: 'List it.' }],
    })
  })

  it.each([
    'NTLMKIT 1: leg connection=x method=GET url=nonsense status=401',
    'NTLMKIT 1: refused origin=about:blank findings=wrong-credentials',
    'NTLMKIT 1: leg',
    'NTLMKIT 1: refused __proto__=1 origin="http://a',
  ])('%s is nothing to go by', (text) => {
    expect(readInput(text)).toEqual({ kind: 'debug', conversations: [], problems: [expect.any(String)] })
  })

  it('what it names is a finding only where it is one', () => {
    const { conversations } = readInput('NTLMKIT 1: refused origin=http://a findings=toString,made-up code=X')

    expect(conversations[0]?.findings).toEqual([])
  })
})
