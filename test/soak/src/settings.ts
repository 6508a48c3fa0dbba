import { parseArgs } from 'node:util'

/** What one run is. The same seed, rate, count and processes are the same requests and faults. */
export interface Settings {
  requests: number
  seconds: number
  seed: number
  /** Of each kind of fault, for a request: 0.01 is 1 %. */
  faultRate: number
  /** Of each process. */
  concurrency: number
  /** That make requests, each with servers of its own. */
  processes: number
  outputFile: string | undefined
}

export function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '5400' },
      seed: { type: 'string', default: '1' },
      'fault-rate': { type: 'string', default: '0.01' },
      concurrency: { type: 'string', default: '128' },
      processes: { type: 'string', default: '2' },
      'outputFile.json': { type: 'string' },
    },
  })
  const faultRate = Number(values['fault-rate'])
  if (!(faultRate >= 0 && faultRate <= 0.2)) {
    throw new Error('--fault-rate is from 0 to 0.2: there are up to 14 kinds of fault at one moment.')
  }
  return {
    requests: positive('requests', values.requests),
    seconds: positive('seconds', values.seconds),
    seed: Number(values.seed),
    faultRate,
    concurrency: positive('concurrency', values.concurrency),
    processes: positive('processes', values.processes),
    outputFile: values['outputFile.json'],
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`--${name} is a whole number above 0, and not ${text}.`)
}
