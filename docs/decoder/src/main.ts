import { type Reading, readInput } from '@ntlmkit/inspect'
import { shown } from '../../../packages/core/src/shown.js'
import { byId, element } from './element.js'
import { EXAMPLES, type Example } from './examples.js'
import { Input } from './input.js'
import { isForeign, readingView, summaryOf } from './reading-view.js'
import type { Source } from './source.js'
import { connectTheme } from './theme.js'
import { size } from './words.js'

/** Reading so much takes a moment: it is said first. */
const TAKES_A_MOMENT = 500_000

const status = byId('status', HTMLParagraphElement)
const result = byId('result', HTMLElement)
let waiting: ReturnType<typeof setTimeout> | undefined

const input = new Input({
  onSource(source) {
    clearTimeout(waiting)
    if (source.bytes < TAKES_A_MOMENT) return read(source)
    say(`Reading ${size(source.bytes)} …`)
    result.replaceChildren()
    // The sentence is painted before the reading holds everything up.
    waiting = setTimeout(() => requestAnimationFrame(() => read(source)), 30)
  },
  onRefused(sentence) {
    clearTimeout(waiting)
    result.replaceChildren()
    say(sentence, 'wrong')
  },
  onCleared() {
    clearTimeout(waiting)
    result.replaceChildren()
    say('')
  },
})

function read({ text }: Source): void {
  let reading: Reading
  try {
    reading = readInput(text)
  } catch (error) {
    // It promises not to throw; this page goes on if it does.
    result.replaceChildren()
    say(`This could not be read: ${shown(String(error))}`, 'wrong')
    return
  }
  result.replaceChildren(...readingView(reading))
  say(summaryOf(reading), isForeign(reading) ? 'wrong' : undefined)
}

function say(sentence: string, how?: 'wrong'): void {
  status.textContent = sentence
  status.classList.toggle('wrong', how === 'wrong')
}

function show({ id, text, file }: Example): void {
  history.replaceState(null, '', `#${id}`)
  input.set(text, file)
}

/** A link may name an example, and nothing else: what people paste does not belong into addresses. */
function showLinked(): void {
  const linked = EXAMPLES.find(({ id }) => `#${id}` === location.hash)
  if (linked !== undefined) show(linked)
}

for (const example of EXAMPLES) {
  const button = element(
    'button',
    { type: 'button', class: 'example' },
    element('span', {}, example.title),
    element('span', { class: 'tag' }, example.kind),
  )
  button.addEventListener('click', () => show(example))
  byId('examples', HTMLUListElement).append(element('li', {}, button))
}

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') input.focus()
})
addEventListener('hashchange', showLinked)
connectTheme()
showLinked()
