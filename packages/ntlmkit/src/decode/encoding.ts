/** The text of a file in UTF-8 or UTF-16: what PowerShell 5.1 writes with `>` is UTF-16. */
export function textOf(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le', 2)
  if (first === 0xfe && second === 0xff) return swapped(bytes.subarray(2))
  // Without a mark: the half of a letter of ASCII is NUL, which no text in UTF-8 has.
  if (second === 0 && first !== 0 && bytes.length % 2 === 0) return bytes.toString('utf16le')
  if (first === 0 && second !== 0 && second !== undefined) return swapped(bytes)
  return bytes.toString('utf8')
}

function swapped(bytes: Buffer): string {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
  return Buffer.from(whole).swap16().toString('utf16le')
}
