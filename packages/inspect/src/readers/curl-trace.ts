/** A line of a dump: its offset in hex, and the text. */
const DUMPED = /^([\da-f]{4,}): ?(.*)$/
/** The begin of a dump: `=> Send header, 145 bytes (0x91)`. */
const BLOCK = /^(?:=>|<=) (Send|Recv) (header|data|SSL data), \d+ bytes/

/**
 * The lines of `curl --trace-ascii` as those of `curl -v`: a field that was broken after 64 characters is one line again, and
 * bodies are left out. Every other line stays as it is.
 */
export function untraced(lines: readonly string[]): string[] {
  const plain: string[] = []
  let mark: string | undefined
  /** The offset at which the line before ends, without its line end. */
  let end: number | undefined
  for (const line of lines) {
    const [, direction, what] = BLOCK.exec(line) ?? []
    const [, offset, text = ''] = mark === undefined ? [] : (DUMPED.exec(line) ?? [])
    if (direction !== undefined) {
      mark = what !== 'header' ? '' : direction === 'Send' ? '> ' : '< '
      end = undefined
    } else if (offset === undefined) {
      mark = undefined
      plain.push(line)
    } else if (mark) {
      const start = Number.parseInt(offset, 16)
      if (start === end) plain.push(`${plain.pop()}${text}`)
      else plain.push(`${mark}${text}`)
      end = start + text.length
    }
  }
  return plain
}
