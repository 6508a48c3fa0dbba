/**
 * Letters whose upper case is one letter, in Python and in Windows alike: impacket would turn "ß" into "SS" where
 * Windows leaves it alone.
 */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789._-éüñøžжукЖλω']
const SECRETS = [...LETTERS, ...' !"§$%&/()=?*+~#ß€漢字😀🔑']
/** What impacket can make an LM hash of, which its own initiator does whether it is needed or not. */
const LATIN_SECRETS = SECRETS.filter((character) => character <= '\u00ff')

/**
 * @param {(below: number) => number} random
 * @param {readonly string[]} characters
 * @param {number} least
 * @param {number} most
 */
function textOf(random, characters, least, most) {
  return Array.from(
    { length: least + random(most - least + 1) },
    () => characters[random(characters.length)],
  ).join('')
}

/**
 * Somebody who authenticates, and what is said afterwards.
 *
 * @param {(below: number) => number} random
 * @param {{ latinPassword?: boolean }} [options] Default: a password of any characters.
 */
export function randomPerson(random, { latinPassword = false } = {}) {
  return {
    user: textOf(random, LETTERS, 1, 20),
    domain: textOf(random, LETTERS, 0, 15),
    password: textOf(random, latinPassword ? LATIN_SECRETS : SECRETS, 1, 30),
    workstation: textOf(random, LETTERS, 0, 15),
    messages: Array.from({ length: 1 + random(6) }, () => ({
      from: random(2) === 0 ? 'Client' : 'Server',
      seals: random(2) === 0,
      text: Buffer.from(Array.from({ length: random(300) }, () => random(256))).toString('hex'),
    })),
  }
}
