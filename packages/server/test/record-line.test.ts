import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../src/index.js'
import { recordLine } from '../src/record-line.js'

const RECORD: RequestRecord = {
  connection: 3,
  leg: 'none',
  method: 'GET',
  path: '/x',
  status: 200,
  bodyBytes: 0,
  headers: {},
}

describe('a record in one line', () => {
  it.each<[Partial<RequestRecord>, string]>([
    [{}, '#3 GET /x 200'],
    [{ path: '/x?token=s3cret' }, '#3 GET /x 200'],
    [{ status: 0 }, '#3 GET /x unanswered'],
    [{ leg: 'negotiate', scheme: 'ntlm', status: 401 }, '#3 GET /x 401 negotiate ntlm'],
    [
      { leg: 'authenticate', user: 'a', domain: 'D', mic: true, channelBinding: 'ff', targetName: 'HTTP/h' },
      '#3 GET /x 200 authenticate D\\a MIC binding ff for HTTP/h',
    ],
    [
      { leg: 'authenticate', user: 'a', domain: '', failed: 'mic-missing', status: 401 },
      '#3 GET /x 401 authenticate \\a failed: mic-missing (curl sends none: --mode mic=accept)',
    ],
    [
      { violation: 'malformed-token', problems: ['The token is empty.', 'A: \x1b[2J'] },
      '#3 GET /x 200 violation: malformed-token problem: The token is empty. problem: A: \\u001b[2J',
    ],
    [
      { failed: 'ntlm-v2' },
      '#3 GET /x 200 failed: ntlm-v2 (the response is of no known kind, such as LM alone)',
    ],
    [{ violation: 'between-legs', bodyBytes: 7 }, '#3 GET /x 200 7 bytes violation: between-legs'],
    [
      { path: `/${'x'.repeat(300)}` },
      `#3 GET /${'x'.repeat(199)}... (101 more)`.replace(/(\/.*)/, '"$1" 200'),
    ],
    [
      { user: 'a\x1b[2J\r\n#4 GET /', domain: '\u202eD' },
      '#3 GET /x 200 "\\u202eD\\a\\u001b[2J\\u000d\\u000a#4 GET /"',
    ],
    [{ targetName: 'HTTP/h failed: password' }, '#3 GET /x 200 for "HTTP/h failed: password"'],
  ])('%j', (given, line) => {
    expect(recordLine({ ...RECORD, ...given })).toBe(line)
  })
})
