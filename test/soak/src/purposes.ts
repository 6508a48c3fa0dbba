/** What a number is drawn for: each has numbers of its own. */
export const Purpose = { bodies: 1, session: 2, request: 3, fault: 4 } as const
