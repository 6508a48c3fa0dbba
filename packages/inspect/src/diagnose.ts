import type { Finding } from '@ntlmkit/core'
import { leftAloneFindings, proxyFindings } from './left-alone.js'
import type { Observation } from './observation.js'

/** The causes that an observation may have, the likeliest first; none where nothing is shown. */
export function diagnose(observation: Observation): Finding[] {
  return [...proxyFindings(observation), ...leftAloneFindings(observation)]
}
