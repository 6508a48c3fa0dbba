import { onTestFinished } from 'vitest'
import { ntHashOf } from '../../packages/core/src/ntlm/response.js'
import type { OpenSession } from '../clients/session.js'
import { Canary, Exposed, Search } from './canary.js'
import { handshakeSecrets } from './handshake-secrets.js'
import { endOf, perform } from './performance.js'
import type { End, Scene } from './scenes.js'
import { PASSWORD } from './secret-account.js'
import { setStage } from './stage.js'
import { Watch } from './watch.js'

const ntHash = ntHashOf(PASSWORD)

/** How a scene ended for each client, and what came to light meanwhile. */
export interface Played {
  ends: Record<string, End[]>
  /** Whether any client got as far as an AUTHENTICATE. */
  proved: boolean
  /** Of all secrets, in anything that is ours or the client's. */
  leaks: string[]
  /** Of what may never leave the process, on the wire. */
  wire: string[]
  /** In what undici tells on its own channels: keys, which it never sees, and what it sends. */
  ofUndici: { keys: string[]; proofs: string[] }
}

/** Plays a scene with several clients at a time, and looks at everything while they are at it. */
export async function playWatched(
  scene: Scene,
  clients: Readonly<Record<string, OpenSession>>,
): Promise<Played> {
  const watch = new Watch().start()
  onTestFinished(() => watch.stop())
  const played = await Promise.all(Object.entries(clients).map((client) => play(scene, client, watch)))
  watch.look('in the end')

  const conversations = played.flatMap(({ stage }) => stage.conversations)
  const handshakes = conversations.map((each) => handshakeSecrets(each, ntHash))
  const known = [Canary.ofText('password', PASSWORD), Canary.ofBytes('NT hash', ntHash)]
  const keys = new Search([...known, ...handshakes.flatMap((each) => each.keys)])
  const proofs = new Search(handshakes.flatMap((each) => each.proofs))
  const { ours, ofUndici } = watch
  return {
    ends: Object.fromEntries(played.map(({ name, ends }) => [name, ends])),
    proved: handshakes.some((each) => each.proofs.length > 0),
    leaks: [...keys.leaks(ours.exposed), ...proofs.leaks(ours.exposed)],
    wire: keys.leaks(conversations.map((each) => new Exposed('the wire', each))),
    ofUndici: { keys: keys.leaks(ofUndici.exposed), proofs: proofs.leaks(ofUndici.exposed) },
  }
}

async function play(scene: Scene, [name, open]: [string, OpenSession], watch: Watch) {
  const given = new AbortController()
  const stage = await setStage(scene, {
    onAbort: () => given.abort(),
    onMessage: (message) => watch.lookSoon(`${name}, the ${message} out`),
  })
  onTestFinished(() => stage.close())
  const ended = await perform(open, scene, stage, ntHash, given.signal)
  for (const end of ended) watch.ours.show(name, 'reply' in end ? end.reply : end.error)
  return { name, stage, ends: ended.map(endOf).sort() }
}
