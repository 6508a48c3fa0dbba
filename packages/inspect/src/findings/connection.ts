import type { Finding } from '@ntlmkit/core'
import { type Conversation, type Step, textOf } from '../conversation.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

export const http2: Rule = ({ steps, observation }) => {
  if (observation.failure?.code === 'ERR_NTLM_HTTP2') {
    return found('http2', 'certain', `The connection to ${shown(observation.origin)} agreed on HTTP/2.`)
  }
  const step = steps.findLast(({ exchange, sent, scheme, offers }) => {
    if (!/^(HTTP\/|h)?[23]/i.test(exchange.httpVersion ?? '') || exchange.status !== 401) return false
    return sent === 'authenticate' || scheme === 'ntlm' || offers.some((offer) => offer.scheme === 'ntlm')
  })
  if (step === undefined || step !== steps.at(-1)) return undefined
  const version = `HTTP/${step.exchange.httpVersion!.replace(/^\D+/, '')}`
  if (step.sent === 'nothing') {
    return found('http2', 'likely', `NTLM is offered over ${shown(version)}, where it cannot be used.`)
  }
  return found('http2', 'certain', `NTLM was tried over ${shown(version)}, and answered with 401.`)
}

/** The last CHALLENGE, where no log-on came of it. */
function unfinished({ steps, accepted }: Conversation): Step | undefined {
  return accepted === undefined ? steps.findLast(({ challenge }) => challenge !== undefined) : undefined
}

/** The reason why the head of an answer says that its connection ends; a proxy has a field of its own. */
function announced({ exchange: { response, httpVersion, status } }: Step): string | undefined {
  const fields = ['connection', ...(status === 407 ? ['proxy-connection'] : [])]
  const values = fields.map((name) => textOf(response?.[name]) ?? '')
  if (values.some((value) => /(^|,)\s*close\s*(,|$)/i.test(value))) return 'Connection: close'
  const isKept = values.some((value) => /keep-alive/i.test(value))
  return /^(HTTP\/)?1\.0$/i.test(httpVersion ?? '') && !isKept ? 'HTTP/1.0 without keep-alive' : undefined
}

/** The AUTHENTICATE answers a CHALLENGE of its own connection, whatever came on others meanwhile. */
function isAtHome(steps: readonly Step[], index: number): boolean {
  const { connection } = steps[index].exchange
  const before = steps.slice(0, index).findLast(({ exchange }) => exchange.connection === connection)
  return before?.challenge !== undefined
}

/** A server that closes behind each 401 has no connection that a CHALLENGE could be for. */
function closesOnEach({ steps, accepted, isOurs }: Conversation): Finding | undefined {
  if (accepted !== undefined) return undefined
  const asked = steps.filter(({ sent, exchange }) => sent === 'negotiate' && exchange.status === 401)
  const closed = asked.filter((step) => step.exchange.closed === true || announced(step) !== undefined)
  if (closed.length === 0 || closed.length < asked.length) {
    // Ours takes another connection for a second NEGOTIATE only where the first has closed.
    const used = new Set(asked.map(({ exchange }) => exchange.connection))
    const isOneRequest = isOurs && asked.every(({ exchange }) => exchange.told === undefined)
    if (!isOneRequest || used.size < 2 || used.size < asked.length) return undefined
    const evidence = `The NEGOTIATE was answered ${asked.length} times with 401 and no CHALLENGE, and no connection lasted.`
    return found('connection-not-kept', 'likely', evidence)
  }
  const reason = closed.map(announced).find((words) => words !== undefined)
  const how = reason === undefined ? 'the connection closed behind it' : `it came with ${reason}`
  return found(
    'connection-not-kept',
    'likely',
    `The NEGOTIATE was answered with 401 and no CHALLENGE, and ${how}.`,
  )
}

/** The AUTHENTICATE was answered on the connection of the CHALLENGE, whatever had been said of that. */
function isKeptAllTheSame(steps: readonly Step[], challenged: Step): boolean {
  const { connection } = challenged.exchange
  return steps.slice(steps.indexOf(challenged) + 1).some(({ sent, exchange }) => {
    if (sent !== 'authenticate' || exchange.status === undefined) return false
    return connection !== undefined && exchange.connection === connection
  })
}

export const connectionNotKept: Rule = (seen) => {
  const challenged = unfinished(seen)
  if (challenged === undefined) return closesOnEach(seen)
  const reason = announced(challenged)
  if (reason !== undefined && isKeptAllTheSame(seen.steps, challenged)) return undefined
  if (reason !== undefined)
    return found('connection-not-kept', 'certain', `The CHALLENGE came with ${reason}.`)
  const challenges = seen.steps.filter(({ challenge }) => challenge !== undefined)
  if (challenges.length > 1 && challenges.every(({ exchange }) => exchange.closed)) {
    const evidence = `Each of ${challenges.length} CHALLENGEs was followed by a close of its connection.`
    return found('connection-not-kept', 'certain', evidence)
  }
  const { connection } = challenged.exchange
  const from = seen.steps.indexOf(challenged) + 1
  const after = seen.steps.find(
    (step, index) => index >= from && step.sent === 'authenticate' && !isAtHome(seen.steps, index),
  )
  if (connection === undefined || after?.exchange.connection === undefined) return undefined
  if (after.exchange.connection === connection) return undefined
  const evidence = `The CHALLENGE came on connection ${connection}, and the AUTHENTICATE went on ${after.exchange.connection}.`
  return found(
    'connection-not-kept',
    'certain',
    evidence,
    'The client has to send both on one connection: give it an agent with keepAlive, and one socket a log-on.',
  )
}

export const closedBetweenLegs: Rule = (seen) => {
  const challenged = unfinished(seen)
  if (challenged === undefined || announced(challenged) !== undefined) return undefined
  const after = seen.steps
    .slice(seen.steps.indexOf(challenged) + 1)
    .find(({ sent }) => sent === 'authenticate')
  const isLost = after?.exchange.status === undefined && after?.exchange.closed === true
  if (isLost)
    return found(
      'closed-between-legs',
      'certain',
      'The connection closed on the AUTHENTICATE, without an answer.',
    )
  if (after?.exchange.status !== undefined) return undefined
  if (challenged.exchange.closed) {
    return found(
      'closed-between-legs',
      'certain',
      'The connection closed behind the CHALLENGE, which had not said so.',
    )
  }
  const { code, during } = seen.observation.failure ?? {}
  if (code === undefined || !LOST.has(code) || during === 'password' || during === 'connect') return undefined
  return found(
    'closed-between-legs',
    'likely',
    `A CHALLENGE came, and then the connection was lost (${shown(code)}).`,
  )
}

const LOST = new Set(['ERR_NTLM_CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

export const legsSpread: Rule = (seen) => {
  const { steps, refused, accepted, observation } = seen
  if (accepted !== undefined || observation.acceptedBefore) return undefined
  const machines = machinesOf(steps)
  if (machines !== undefined && (refused !== undefined || machines.changes > 0)) {
    // One change of name may be a server that was renamed, or says what it likes; back and forth is a balancer.
    const likelihood = (['likely', 'possible'] as const)[machines.changes] ?? 'certain'
    const evidence = `The CHALLENGEs name ${machines.names.map(shown).join(' and ')}.`
    return found('legs-spread', likelihood, evidence)
  }
  const last = steps.findLast(({ sent }) => sent === 'authenticate')
  if (last?.exchange.status === 400) {
    return found(
      'legs-spread',
      'likely',
      'The AUTHENTICATE was answered with 400, as by a server that knows of no CHALLENGE.',
    )
  }
  const bare = steps.filter(({ sent, scheme, exchange, challenge, offers }) => {
    if (sent !== 'negotiate' || challenge !== undefined || exchange.status !== 401) return false
    return scheme === 'ntlm' && offers.some((offer) => offer.scheme === 'ntlm')
  })
  if (bare.length > 1 && seen.challenge === undefined) {
    return found(
      'legs-spread',
      'possible',
      `The NEGOTIATE was answered ${bare.length} times without a CHALLENGE.`,
    )
  }
  // A bare 401 to the AUTHENTICATE is what every wrong password gets; a MIC of other messages is not.
  if (refused === undefined || observation.verified?.mic !== false || !observation.verified.response)
    return undefined
  return found(
    'legs-spread',
    'likely',
    'The MIC is not that of the messages shown: they are of several log-ons, or something between changed them.',
  )
}

/** The machines that challenged, where they were several; and how often they changed on a connection. */
function machinesOf(steps: readonly Step[]): { names: string[]; changes: number } | undefined {
  const names = new Set<string>()
  const lastOn = new Map<number, string>()
  let changes = 0
  for (const { challenge, exchange } of steps) {
    const name = (challenge?.dnsComputer || challenge?.netbiosComputer || '').toLowerCase()
    if (name === '' || exchange.status !== 401) continue
    names.add(name)
    if (exchange.connection === undefined) continue
    const before = lastOn.get(exchange.connection)
    if (before !== undefined && before !== name) changes++
    lastOn.set(exchange.connection, name)
  }
  return names.size < 2 ? undefined : { names: [...names], changes }
}

const TIMEOUTS = /^(ERR_NTLM_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|UND_ERR_\w*TIMEOUT)$/

const DURING = {
  password: 'the password function had not answered',
  connect: 'the connection was not open',
  negotiate: 'the NEGOTIATE had no answer',
  challenge: 'the CHALLENGE had not come',
  authenticate: 'the AUTHENTICATE had no answer',
  request: 'the request itself had no answer',
} as const

export const timeout: Rule = ({ observation: { failure, origin } }) => {
  if (failure === undefined || !TIMEOUTS.test(failure.code)) return undefined
  const time =
    failure.after === undefined ? 'When the time was over' : `After ${Math.round(failure.after)} ms`
  const what = failure.during === undefined ? `${shown(origin)} had not answered` : DURING[failure.during]
  const evidence = `${time} ${what}.`
  if (failure.during !== 'password') return found('timeout', 'certain', evidence)
  return found(
    'timeout',
    'certain',
    evidence,
    'See why the function given as password (or ntHash) does not settle; the server was not waited for.',
  )
}
