// The table of findings as the packages have it, and how its texts look in Markdown.
export { FINDINGS } from '../../packages/inspect/build/finding-table.js'
export { ERRORS } from '../../packages/inspect/build/table/error-codes.js'
export { PLACES, SYMPTOMS } from '../../packages/inspect/build/table/places.js'
export { IIS_STATUSES, NTSTATUSES } from '../../packages/inspect/build/table/server-statuses.js'

export const GENERATED =
  '<!-- Written by .ci/docs.mjs from packages/inspect/src: change it there, then npm run docs. -->'

/** A text in which Markdown and HTML shall find nothing to act on. */
export const plain = (text) => text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('|', '\\|')

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Findings by links to their sections. */
export const links = (ids, page = '') => ids.map((id) => `[\`${id}\`](${page}#${id})`).join(', ')
