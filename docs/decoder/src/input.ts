import { shown } from '../../../packages/core/src/shown.js'
import { byId } from './element.js'
import { type Source, sourceOf } from './source.js'
import { size } from './words.js'

/** A text area with more characters than this is slow to type in: what is longer is held apart from it. */
const LONGEST_SHOWN = 100_000

/** What the page does with what it gets. */
export interface Receiver {
  onSource(source: Source): void
  onRefused(sentence: string): void
  onCleared(): void
}

/** The ways in: typing, pasting, choosing a file, dropping one. */
export class Input {
  readonly #text = byId('text', HTMLTextAreaElement)
  readonly #file = byId('file', HTMLInputElement)
  readonly #held = byId('held', HTMLParagraphElement)
  readonly #clear = byId('clear', HTMLButtonElement)
  readonly #drop = byId('drop', HTMLDivElement)
  readonly #receiver: Receiver
  /** Counts what was given: of two files that are read at once, the later one counts. */
  #turn = 0

  constructor(receiver: Receiver) {
    this.#receiver = receiver
    this.#text.addEventListener('input', () => this.#onTyped())
    this.#text.addEventListener('paste', (event) => this.#onPaste(event))
    this.#clear.addEventListener('click', () => this.clear())
    byId('choose', HTMLButtonElement).addEventListener('click', () => this.#file.click())
    this.#file.addEventListener('change', () => {
      this.#read(this.#file.files)
      // So that the same file can be chosen again, once it has changed.
      this.#file.value = ''
    })
    this.#listenForDrops()
  }

  /** Shows a text of our own, or one that came in whole. */
  set(text: string, name?: string): void {
    this.#turn++
    const held = name !== undefined || text.length > LONGEST_SHOWN
    const source = { text, bytes: new Blob([text]).size, ...(held ? { name: name ?? 'Pasted text' } : {}) }
    this.#text.value = held ? '' : text
    this.#give(source)
  }

  clear(): void {
    this.#turn++
    this.#text.value = ''
    this.#show(undefined)
    this.#receiver.onCleared()
    this.#text.focus()
  }

  focus(): void {
    this.#text.focus()
  }

  #onTyped(): void {
    this.#turn++
    const text = this.#text.value
    if (text.trim() !== '') this.#give({ text, bytes: text.length })
    else {
      this.#show(undefined)
      this.#receiver.onCleared()
    }
  }

  #onPaste(event: ClipboardEvent): void {
    const data = event.clipboardData
    if (data === null) return
    const text = data.getData('text/plain')
    if (text.length > LONGEST_SHOWN) this.set(text)
    else if (text === '' && data.files.length > 0) this.#read(data.files)
    else return
    event.preventDefault()
  }

  #listenForDrops(): void {
    document.addEventListener('dragover', (event) => {
      event.preventDefault()
      this.#drop.hidden = false
    })
    document.addEventListener('dragleave', ({ relatedTarget }) => {
      // It fires for every element on the way; only the one that leaves the window goes nowhere.
      if (relatedTarget === null) this.#drop.hidden = true
    })
    document.addEventListener('drop', (event) => {
      event.preventDefault()
      this.#drop.hidden = true
      const data = event.dataTransfer
      if (data === null) return
      if (data.files.length > 0) this.#read(data.files)
      else if (data.getData('text/plain') !== '') this.set(data.getData('text/plain'))
    })
  }

  #read(files: FileList | null): void {
    const file = files?.[0]
    if (file === undefined) return
    const turn = ++this.#turn
    sourceOf(file).then(
      (source) => {
        if (turn !== this.#turn) return
        const short = source.text.length <= LONGEST_SHOWN
        this.#text.value = short ? source.text : ''
        this.#give(source)
      },
      (error: Error) => {
        if (turn === this.#turn) this.#receiver.onRefused(shown(error.message, 400))
      },
    )
  }

  #give(source: Source): void {
    this.#show(source)
    this.#receiver.onSource(source)
  }

  #show(source: Source | undefined): void {
    this.#clear.hidden = source === undefined
    this.#held.hidden = source?.name === undefined
    this.#held.textContent =
      source?.name === undefined ? '' : `${shown(source.name, 120)}, ${size(source.bytes)}`
  }
}
