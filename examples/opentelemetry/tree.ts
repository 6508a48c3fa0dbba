import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'

/** Prints spans below their parents, each with its events. */
export function printTree(spans: readonly ReadableSpan[], parent?: string, indent = ''): void {
  for (const span of spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)) {
    const { attributes, events, instrumentationScope, name } = span
    const status = attributes['http.response.status_code'] ?? attributes['http.status_code']
    console.log(`${indent}${name} ${status} (${instrumentationScope.name})`)
    for (const { name: event, attributes: facts = {} } of events) {
      console.log(`${indent}  * ${event} ${facts['ntlm.phase'] ?? facts['ntlm.code']}`)
    }
    printTree(spans, span.spanContext().spanId, `${indent}  `)
  }
}
