import type { Finding } from '@ntlmkit/core'
import type { Observation } from './observation.js'

/** The causes that an observation may have, the likeliest first; none where nothing is shown. */
export function diagnose(_observation: Observation): Finding[] {
  return []
}
