// A program that plays the client's part of scenes and prints whatever it gets, as programs do when they are debugged.
// What it plays comes over IPC; in the end it falls over all its errors.
import { clients } from './clients.js'
import { endOf, perform, type Target } from './performance.js'
import { type End, scenes } from './scenes.js'

/** What the test tells the program. */
export type Order =
  | { do: 'play'; scene: string; targets: Record<string, Target>; ntHash: string }
  | { do: 'abort'; client: string }
  | { do: 'report' }
  | { do: 'fall' }

/** What the program answers. */
export type Played = Record<string, End[]>

const failures: unknown[] = []
let given: Record<string, AbortController> = {}
// It would look up the name of every peer.
Object.assign(process.report ?? {}, { excludeNetwork: true })

process.on('message', (order: Order) => {
  if (order.do === 'play') void play(order)
  if (order.do === 'abort') given[order.client].abort()
  if (order.do === 'report') process.report?.writeReport()
  if (order.do === 'fall') fall()
})
process.send?.('ready')

async function play({ scene, targets, ntHash }: Order & { do: 'play' }): Promise<void> {
  const played: Played = {}
  given = Object.fromEntries(Object.keys(targets).map((name) => [name, new AbortController()]))
  await Promise.all(
    Object.entries(targets).map(async ([name, target]) => {
      const { signal } = given[name]
      const ended = await perform(clients[name], scenes[scene], target, Buffer.from(ntHash, 'hex'), signal)
      played[name] = ended.map(endOf).sort()
      for (const end of ended) print(`${scene}: ${name}`, 'reply' in end ? end.reply : end.error)
    }),
  )
  process.send?.(played)
}

function print(what: string, value: unknown): void {
  console.log(what, value)
  console.error('%s %O %s', what, value, value instanceof Error ? value.stack : '')
  if (value instanceof Error) failures.push(value)
}

function fall(): never {
  process.disconnect()
  throw new AggregateError(failures, 'Everything that failed.')
}
