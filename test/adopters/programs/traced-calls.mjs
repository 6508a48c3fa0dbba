// Calls the server at NTLM_URL with one client, within a span of its own, and prints the spans that this made.
import { ntlmAgents } from '@ntlmkit/agent'
import { ntlm } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import { trace } from '@opentelemetry/api'
import axios from 'axios'
import got from 'got'
import fetchOverHttp from 'node-fetch'
import { request } from 'undici'

const { NTLM_URL: url, CLIENT: client } = process.env
const { origin } = new URL(url)
const options = { username: 'LAB\\alice', password: 'Passw0rd!', origins: origin }
const body = JSON.stringify({ title: 'New' })

const CLIENTS = {
  async axios() {
    const api = ntlm(axios.create(), options)
    await api.get(url)
    await api.post(url, body)
  },
  async got() {
    const api = got.extend(ntlmForGot(options))
    await api(url)
    await api.post(url, { body })
  },
  async 'node-fetch'() {
    const agents = ntlmAgents(options)
    await (await fetchOverHttp(url, { agent: agents.http })).text()
    await (await fetchOverHttp(url, { agent: agents.http, method: 'POST', body })).text()
  },
  async undici() {
    const dispatcher = new NtlmAgent(options)
    await (await request(url, { dispatcher })).body.text()
    await (await request(url, { dispatcher, method: 'POST', body })).body.text()
  },
  async fetch() {
    const dispatcher = new NtlmAgent(options)
    await (await fetch(url, { dispatcher })).text()
    await (await fetch(url, { dispatcher, method: 'POST', body })).text()
  },
}

await trace.getTracer('program').startActiveSpan('program', async (span) => {
  await CLIENTS[client]()
  span.end()
})

const spans = globalThis.spans.getFinishedSpans().map((span) => ({
  name: span.name,
  id: span.spanContext().spanId,
  trace: span.spanContext().traceId,
  parent: span.parentSpanContext?.spanId,
  status: span.attributes['http.response.status_code'] ?? span.attributes['http.status_code'],
  error: span.status.code === 2,
}))
console.log(JSON.stringify(spans))
process.exit()
