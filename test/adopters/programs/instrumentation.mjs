// What `node --import` loads before the program: spans of node:http and of undici, kept in memory.
import { register } from 'node:module'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)

/** The first leg of a handshake: a NEGOTIATE of NTLM, or the token that SPNEGO begins with. */
const FIRST_LEG = /^(NTLM TlRMTVNTUAAB|Negotiate (TlRMTVNTUAAB|Y))/

const withoutLegs =
  process.env.TRACE_LEGS === 'no'
    ? {
        http: {
          ignoreOutgoingRequestHook: ({ headers }) => isFirstLeg(Object.entries(headers ?? {}).flat()),
        },
        undici: { ignoreRequestHook: ({ headers }) => isFirstLeg(headers) },
      }
    : {}

/** @param headers names and values in turn, as undici keeps them. */
function isFirstLeg(headers) {
  const at = headers.findIndex((name) => /^authorization$/i.test(name))
  return at >= 0 && FIRST_LEG.test(headers[at + 1])
}

globalThis.spans = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(globalThis.spans)] })
provider.register()
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(withoutLegs.http),
    new UndiciInstrumentation(withoutLegs.undici),
  ],
})
