import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ntlmAgents } from '@ntlmkit/agent'
import { channels, NtlmAgent } from '@ntlmkit/undici'
import { trace } from '@opentelemetry/api'
import { request } from 'undici'
import { openTarget } from '../target.js'
import { tracer } from './set-up.js'
import { tracedRequests } from './traced-requests.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

// Events of a leg are published in the async context of the client, where the span of its request is the active one.
const stop = channels.leg.subscribe(({ leg, phase, status, target, binding, offers, milliseconds }) => {
  trace.getActiveSpan()?.addEvent('ntlm.leg', {
    'ntlm.leg': leg,
    'ntlm.phase': phase,
    'ntlm.target': target,
    'ntlm.binding': binding,
    'ntlm.offers': [...offers],
    'ntlm.milliseconds': milliseconds,
    'http.response.status_code': status,
  })
})
const stopRefused = channels.refused.subscribe(({ error }) => {
  trace.getActiveSpan()?.addEvent('ntlm.refused', {
    'ntlm.code': error.code,
    'ntlm.findings': error.findings.map(({ id }) => id),
    'ntlm.hint': error.hint,
  })
})

// undici makes a span for each request on a wire. What the client asked for is one more, around all of them.
const agent = new NtlmAgent({ username, password, origins: origin, connect: { ca } })
const dispatcher = agent.compose(tracedRequests(tracer))
const { body } = await request(url, { dispatcher, method: 'POST', body: Readable.from(['one', 'two']) })
await body.dump()

// node:http, and with it axios and got: the span of the request is there already.
const agents = ntlmAgents({ username, password, origins: origin })
const sent = httpRequest(url, { method: 'PUT', agent: agents.http })
sent.end('three')
const [answer] = (await once(sent, 'response')) as [IncomingMessage]
answer.resume()
await once(answer, 'close')

await agent.close()
agents.destroy()
stop()
stopRefused()
await close()
