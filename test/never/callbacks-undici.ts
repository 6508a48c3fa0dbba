import { Writable } from 'node:stream'
import { NtlmAgent } from '@ntlmkit/undici'
import * as undici from 'undici'
import { BODY, type Caller, type Report, reportOn } from './report.js'

const onDispatcher =
  (call: (dispatcher: undici.Dispatcher, url: string, report: Report) => Promise<unknown>): Caller =>
  (identity, connections) => {
    const agent = identity
      ? new NtlmAgent({ ...identity, connections })
      : new undici.Agent({ connections: connections ?? null })
    return { call: (url, report) => call(agent, url, report), close: () => void agent.destroy() }
  }

const dispatch = onDispatcher(
  (agent, url, report) =>
    new Promise<void>((resolve) => {
      const { origin, pathname, search } = new URL(url)
      agent.dispatch(
        { origin, path: pathname + search, method: 'POST', body: BODY },
        {
          onRequestStart: () => report('onRequestStart'),
          onResponseStart: () => report('onResponseStart'),
          onResponseData: () => report('onResponseData'),
          onResponseEnd: () => {
            report('onResponseEnd')
            resolve()
          },
          onResponseError: () => {
            report('onResponseError')
            resolve()
          },
        },
      )
    }),
)

const undiciRequest = onDispatcher(
  (dispatcher, url, report) =>
    new Promise<void>((resolve) => {
      const { origin, pathname, search } = new URL(url)
      const options = { origin, path: pathname + search, method: 'POST', body: BODY } as const
      dispatcher.request(options, (error, data) => {
        report('the callback')
        if (error) return resolve()
        reportOn(data.body, 'data end close', 'body', report)
        data.body.once('close', resolve)
      })
    }),
)

const undiciStream = onDispatcher((dispatcher, url, report) => {
  const sink = () => {
    report('the factory')
    return new Writable({
      write: (_chunk, _encoding, done) => {
        report('write of the sink')
        done()
      },
    })
  }
  return undici.stream(url, { dispatcher, method: 'GET' }, sink).then(
    () => report('the end'),
    () => report('the rejection'),
  )
})

/** undici's interfaces, whose callbacks are called by a dispatcher. */
export const ON_DISPATCHER: Readonly<Record<string, Caller>> = {
  'undici dispatch': dispatch,
  'undici request': undiciRequest,
  'undici stream': undiciStream,
}
