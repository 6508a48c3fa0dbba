// What of the packages is unpacked below node_modules.
import { spawnSync } from 'node:child_process'

/**
 * Everybody who uses fetch or undici has these: kilobytes in all, at most. What logs on, and what says why it did not
 * (docs/decisions/017), are counted together: nobody gets one without the other.
 */
const TOGETHER = ['core', 'inspect', 'transport', 'undici']
const MOST_KILOBYTES = 480

/** @param {Record<string, string>} tarballs by the name of the package's folder. */
export function checkSize(tarballs) {
  const sizes = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, unpacked(file)]))
  for (const [name, { bytes, files }] of Object.entries(sizes)) {
    console.log(`       ${name}: ${kilobytes(bytes)} kB in ${files} files`)
  }
  const sum = TOGETHER.reduce((bytes, name) => bytes + sizes[name].bytes, 0)
  return [
    {
      title: `size: ${TOGETHER.join(', ')} ${kilobytes(sum)} kB in all, of ${MOST_KILOBYTES} at most`,
      holds: sum <= MOST_KILOBYTES * 1000,
    },
  ]
}

function unpacked(tarball) {
  const { stdout } = spawnSync('tar', ['-tzvf', tarball], { encoding: 'utf8' })
  const sizes = stdout
    .trim()
    .split('\n')
    .map((line) => Number(line.trim().split(/\s+/)[2]))
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length }
}

function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1)
}
