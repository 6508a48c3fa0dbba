import type { DemoClient } from './clients/client.js'
import { uploadSource } from './upload-source.js'

export const MEGABYTE = 1024 * 1024
const CONCURRENCY = 10
const REQUESTS = 100
const FORM = JSON.stringify({ report: 'quarterly', pages: 12 })

/** What a scenario runs with. */
export interface ScenarioContext {
  client: DemoClient
  url: string
  /** Bytes of the streamed upload. */
  uploadSize: number
  /** How far it is, for those that take long. */
  progress: (done: string) => void
}

/** One row for each client: what is asked of it. */
export interface Scenario {
  name: string
  /** What `--only` calls it. */
  key: 'get' | 'post' | 'upload' | 'many'
  /** The statuses that came back. */
  run(context: ScenarioContext): Promise<number[]>
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'GET',
    key: 'get',
    run: async ({ client, url }) => [await client.send({ url, method: 'GET' })],
  },
  {
    name: 'POST',
    key: 'post',
    run: async ({ client, url }) => [await client.send({ url, method: 'POST', body: FORM })],
  },
  {
    name: 'POST, streamed',
    key: 'upload',
    run: async ({ client, url, uploadSize, progress }) => {
      const total = (uploadSize / MEGABYTE).toFixed(0)
      const body = uploadSource(uploadSize, (sent) =>
        progress(`${(sent / MEGABYTE).toFixed(0)} of ${total} MB`),
      )
      return [await client.send({ url, method: 'POST', body })]
    },
  },
  {
    name: `${REQUESTS} GETs, ${CONCURRENCY} at once`,
    key: 'many',
    run: ({ client, url, progress }) => {
      let done = 0
      return atOnce(CONCURRENCY, REQUESTS, async () => {
        const status = await client.send({ url, method: 'GET' })
        progress(`${++done} of ${REQUESTS} requests`)
        return status
      })
    },
  },
]

/** Runs the task so many times, with so many under way at any moment. */
async function atOnce<T>(concurrency: number, times: number, task: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let started = 0
  const worker = async () => {
    while (started < times) {
      started++
      results.push(await task())
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}
