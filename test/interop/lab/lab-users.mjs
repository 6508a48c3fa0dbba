// The accounts every server of the laboratory knows.

export const alice = { domain: 'LAB', user: 'alice', password: 'Password-1' }
export const bob = { domain: 'LAB', user: 'bob', password: 'Other-Password-2' }
export const nonAscii = { domain: 'LAB', user: 'jürgen', password: 'Pässwörd-€3' }
export const otherScript = { domain: 'LAB', user: 'Ольга', password: 'пароль-😀' }

export const labUsers = [alice, bob, nonAscii, otherScript]
