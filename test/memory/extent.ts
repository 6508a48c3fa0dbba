/** Whether every client is measured, as `npm run test:memory` does: each takes seconds, in a process of its own. */
export const isWhole = process.env.NTLMKIT_MEMORY === 'all'
