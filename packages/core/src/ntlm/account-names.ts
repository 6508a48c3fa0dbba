/**
 * The bare name of an account: without `DOMAIN\` and `@dns.domain`, without case, without what people do not see
 * and Windows does not keep. For the two names that mean more than themselves, and not for looking accounts up.
 */
function bareName(user: string): string {
  const seen = user.normalize('NFKC').replace(/\p{C}/gu, '')
  const local = seen.slice(Math.max(seen.lastIndexOf('\\'), seen.lastIndexOf('/')) + 1).split('@', 1)[0]
  return local.replace(/^[\s.]+|[\s.]+$/g, '').toLowerCase()
}

/** True for `Guest` in every spelling: `LAB\guest`, `GUEST@lab.test`, `guest.` and more. */
export function isGuestName(user: string): boolean {
  return bareName(user) === 'guest'
}

/** True for the names of anonymous users: none at all, and that of the well-known S-1-5-7 ([MS-DTYP] 2.4.2.4). */
export function isNobody(user: string): boolean {
  const name = bareName(user)
  return name === '' || name === 'anonymous logon'
}
