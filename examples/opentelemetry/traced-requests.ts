import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { Dispatcher } from 'undici'

type Handler = Dispatcher.DispatchHandler

/**
 * An interceptor of undici: a span for each request of the client, under which all is done that it takes. Without one the
 * legs that go before the request would have nothing to belong to.
 */
export function tracedRequests(tracer: Tracer): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const { method, origin, path } = options
    const span = tracer.startSpan(method, {
      kind: SpanKind.INTERNAL,
      attributes: { 'http.request.method': method, 'url.full': `${origin}${path.split('?')[0]}` },
    })
    const within = trace.setSpan(context.active(), span)
    return context.with(within, () => dispatch(options, endingWith(handler, span)))
  }
}

/** The handler as it is, but that the span ends with its response; Node's own `fetch` has handlers of an older kind. */
function endingWith(handler: Handler, span: Span): Handler {
  return new Proxy(handler, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...given: unknown[]) => {
        if (name === 'onResponseStart') span.setAttribute('http.response.status_code', given[1] as number)
        if (name === 'onHeaders') span.setAttribute('http.response.status_code', given[0] as number)
        if (name === 'onResponseError' || name === 'onError') {
          span.recordException(given.at(-1) as Error)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        const result: unknown = Reflect.apply(method, target, given)
        if (ENDS.has(name)) span.end()
        return result
      }
    },
  })
}

const ENDS: ReadonlySet<string | symbol> = new Set([
  'onResponseEnd',
  'onResponseError',
  'onRequestUpgrade',
  'onComplete',
  'onError',
  'onUpgrade',
])
