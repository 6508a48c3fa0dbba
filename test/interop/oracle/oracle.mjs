// Random conversations, judged by an implementation that is not ours: impacket. In half of them our initiator is
// judged by its acceptor, in the other half its initiator by ours. Asked for are the exported session key, the MIC, and
// every signature and sealed message in both directions.
//
//   node test/interop/oracle/oracle.mjs [count] [seed]
import { pathToFileURL } from 'node:url'
import {
  Credentials,
  DEFAULT_ACCEPTOR_FLAGS,
  decodeAuthenticate,
  Flag,
  NtlmAcceptor,
  NtlmInitiator,
} from '@ntlmkit/core'
import { seeded } from '../../fuzz/random.mjs'
import { askImpacket } from './impacket.mjs'
import { randomPerson } from './random-people.mjs'

/**
 * @typedef {ReturnType<typeof randomPerson>} Person
 * @typedef {import('@ntlmkit/core').SessionSecurity} SessionSecurity
 * @typedef {{ checked: number, disagreements: string[] }} OracleReport
 */

const BARE = new Set([Flag.NEGOTIATE_TARGET_INFO, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY])
const NAMES = { netbiosDomain: 'LAB', netbiosComputer: 'SERVER', dnsDomain: 'lab.test' }

/** @param {Uint8Array | undefined} bytes */
const hex = (bytes) => Buffer.from(bytes ?? []).toString('hex')

/**
 * Lets `count` random conversations be judged, the same for the same seed.
 *
 * @param {number} count
 * @param {number} [seed] Default: 1.
 * @returns {Promise<OracleReport>} what was checked, and a line for everything the two do not agree on.
 */
export async function runOracle(count, seed = 1) {
  const random = seeded(seed)
  const half = Math.ceil(count / 2)
  /** @type {(length: number, latinPassword: boolean) => Person[]} */
  const people = (length, latinPassword) =>
    Array.from({ length }, () => randomPerson(random, { latinPassword }))
  const ours = await judgeOurInitiator(people(half, false), random)
  const theirs = await judgeOurAcceptor(people(count - half, true))
  return {
    checked: ours.checked + theirs.checked,
    disagreements: [...ours.disagreements, ...theirs.disagreements],
  }
}

/**
 * @param {readonly Person[]} people
 * @param {(below: number) => number} random
 */
async function judgeOurInitiator(people, random) {
  const conversations = []
  for (const person of people) conversations.push(await converse(person, random))
  const answers = conversations.length > 0 ? askImpacket(conversations.map(({ question }) => question)) : []
  /** @type {OracleReport} */
  const report = { checked: 0, disagreements: [] }
  conversations.forEach(({ ours }, index) => {
    const { mic, ...rest } = answers[index]
    compare(`initiator ${index}`, ours, ours.mic === undefined ? rest : { ...rest, mic }, report)
  })
  return report
}

/**
 * One conversation of ours, both sides, with random options.
 *
 * @param {Person} person
 * @param {(below: number) => number} random
 */
async function converse(person, random) {
  const { user, domain, password, workstation } = person
  const dropped = [
    [],
    [Flag.NEGOTIATE_KEY_EXCH],
    [Flag.NEGOTIATE_128],
    [Flag.NEGOTIATE_128, Flag.NEGOTIATE_56],
    [Flag.NEGOTIATE_128, Flag.NEGOTIATE_KEY_EXCH],
    [Flag.NEGOTIATE_TARGET_INFO],
    [Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY],
    [Flag.NEGOTIATE_TARGET_INFO, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY],
  ][random(8)]
  // A challenge without these gets NTLMv2 as well (decision 004), and no messages that are sealed.
  const bare = dropped.some((flag) => BARE.has(flag))
  const acceptor = new NtlmAcceptor({
    accounts: () => ({ password }),
    names: NAMES,
    timestamp: random(2) === 0,
    flags: dropped.reduce((flags, flag) => (flags & ~flag) >>> 0, DEFAULT_ACCEPTOR_FLAGS),
  })
  const initiator = new NtlmInitiator({
    credential: await new Credentials({ username: `${domain}\\${user}`, password }).resolve(),
    workstation,
    targetName: random(2) === 0 ? 'HTTP/server.lab.test' : undefined,
    channelBinding: random(2) === 0 ? Buffer.alloc(16, random(256)) : undefined,
    services: bare ? {} : { confidentiality: true, minimumStrength: 40 },
  })
  const messages = bare ? [] : person.messages
  const { token: negotiate } = initiator.step()
  const { token: challenge } = await acceptor.step(negotiate)
  const { token: authenticate = Buffer.alloc(0) } = initiator.step(challenge)
  const { verdict } = await acceptor.step(authenticate)
  const { mic } = decodeAuthenticate(authenticate)
  return {
    question: {
      ask: 'judge',
      user,
      password,
      negotiate: hex(negotiate),
      challenge: hex(challenge),
      authenticate: hex(authenticate),
      messages,
    },
    ours: {
      accepted: verdict?.accepted,
      key: hex(initiator.session?.exportKey()),
      ...(mic ? { mic: hex(mic) } : {}),
      messages: protectAll(messages, initiator.session, acceptor.session),
    },
  }
}

/** @param {readonly Person[]} people */
async function judgeOurAcceptor(people) {
  /** @type {OracleReport} */
  const report = { checked: 0, disagreements: [] }
  if (people.length === 0) return report
  const offers = askImpacket(people.map((person) => ({ ask: 'offer', ...person })))
  const acceptors = people.map(
    ({ password }) =>
      // impacket sends no MIC, which an acceptor refuses unless it is told not to.
      new NtlmAcceptor({ accounts: () => ({ password }), names: NAMES, mic: 'accept' }),
  )
  const challenges = []
  for (const [index, { negotiate }] of offers.entries()) {
    challenges.push((await acceptors[index].step(Buffer.from(negotiate, 'hex'))).token)
  }
  const answers = askImpacket(
    people.map((person, index) => ({ ask: 'answer', ...person, challenge: hex(challenges[index]) })),
  )
  for (const [index, { authenticate, key, messages }] of answers.entries()) {
    const acceptor = acceptors[index]
    const { verdict } = await acceptor.step(Buffer.from(authenticate, 'hex'))
    const { user, domain } = people[index]
    const ours = {
      identity: `${verdict?.domain}\\${verdict?.user}`,
      failed: verdict?.failed,
      key: hex(acceptor.session?.exportKey()),
      messages: protectAll(people[index].messages, undefined, acceptor.session, messages),
    }
    compare(
      `acceptor ${index}`,
      ours,
      { identity: `${domain}\\${user}`, failed: undefined, key, messages },
      report,
    )
  }
  return report
}

/**
 * What the two sides make of the messages, each checked by the other side of ours. Without an initiator of ours, the
 * acceptor checks what the oracle sent, and sends its own.
 *
 * @param {Person['messages']} messages
 * @param {SessionSecurity | undefined} initiator
 * @param {SessionSecurity | undefined} acceptor
 * @param {readonly { sealed?: string, signature: string }[]} [received]
 */
function protectAll(messages, initiator, acceptor, received = []) {
  return messages.map(({ from, seals, text }, index) => {
    const sender = from === 'Client' ? initiator : acceptor
    const receiver = from === 'Client' ? acceptor : initiator
    const message = Buffer.from(text, 'hex')
    const sent = sender ? protect(sender, seals, message) : received[index]
    if (receiver) check(receiver, sent, message)
    return sent
  })
}

/**
 * @param {SessionSecurity} session
 * @param {boolean} seals
 * @param {Buffer} message
 */
function protect(session, seals, message) {
  if (!seals) return { signature: hex(session.sign(message)) }
  const { sealed, signature } = session.seal(message)
  return { sealed: hex(sealed), signature: hex(signature) }
}

/**
 * @param {SessionSecurity} session
 * @param {{ sealed?: string, signature: string }} sent
 * @param {Buffer} message
 */
function check(session, { sealed, signature }, message) {
  if (sealed === undefined) return session.verify(message, Buffer.from(signature, 'hex'))
  const opened = session.unseal(Buffer.from(sealed, 'hex'), Buffer.from(signature, 'hex'))
  if (!opened.equals(message)) throw new Error('A message was opened to something else.')
}

/**
 * @param {string} which
 * @param {Record<string, unknown>} ours
 * @param {Record<string, unknown>} theirs
 * @param {OracleReport} report
 */
function compare(which, ours, theirs, report) {
  report.checked++
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [mine, other] = [ours[name], theirs[name]].map((value) => JSON.stringify(value))
    if (mine !== other) report.disagreements.push(`${which}: ${name} is ${mine}, and impacket has ${other}`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = await runOracle(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1))
  console.log(`${report.checked} conversations, ${report.disagreements.length} disagreements`)
  for (const line of report.disagreements) console.log(line)
  process.exitCode = report.disagreements.length === 0 ? 0 : 1
}
