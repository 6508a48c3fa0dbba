// OpenTelemetry: the legs of a handshake as children of the span of the request that they are for, with what was seen of each.
import { exporter } from './opentelemetry/set-up.js'
import { printTree } from './opentelemetry/tree.js'

// What is instrumented is loaded behind the set-up; most programs have that in a file of its own, for `node --import`.
await import('./opentelemetry/calls.js')
printTree(exporter.getFinishedSpans())
