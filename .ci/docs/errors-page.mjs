// docs/errors.md: every code, and every finding.
import { ERRORS, FINDINGS, GENERATED, IIS_STATUSES, links, NTSTATUSES, PLACES, plain } from './table.mjs'

const INTRODUCTION = `# Errors and findings

${GENERATED}

Every error of ntlmkit is an \`NtlmError\`. Its \`code\` says what happened, its \`hint\` what to do next, and its \`findings\`
which causes the exchange speaks for: the likeliest first, each with an \`id\` that stays, its \`likelihood\`, the \`evidence\`
that was seen and a \`nextStep\`.

    for (const { likelihood, id, evidence, nextStep } of error.findings) {
      console.error(\`\${likelihood} \${id}: \${evidence} \${nextStep}\`)
    }

| likelihood | |
|---|---|
| \`certain\` | it was seen itself |
| \`likely\` | what was seen commonly comes of it |
| \`possible\` | what was seen does not speak against it, and it is worth a look |

A finding claims no more than the wire proves. A server says nothing about why it refuses a log-on: that stands in its own
log, and [troubleshooting.md](troubleshooting.md) says where. axios and got have the \`NtlmError\` as the \`cause\` of their own
error. An error before anything was sent, such as for a wrong option, has no findings: \`[]\`.
`

export function errorsPage() {
  const errors = Object.entries(ERRORS).map(errorSection)
  const findings = Object.entries(FINDINGS).map(findingSection)
  return `${INTRODUCTION}
## Codes

${errors.join('\n')}
## Findings

In the order in which they come among those of one likelihood.

${findings.join('\n')}`
}

function errorSection([code, { means, nextStep }]) {
  const ids = Object.keys(FINDINGS).filter((id) => PLACES[id].codes.includes(code))
  const carried = ids.length === 0 ? '' : `\nFindings that it may carry: ${links(ids)}.\n`
  return `### ${code}

${plain(means)} ${plain(nextStep)}
${carried}`
}

function findingSection([id, { title, means, nextStep }]) {
  const { symptoms, codes, iis = [], ntstatus = [] } = PLACES[id]
  const rows = [
    ['Seen as', symptoms.join('; ')],
    ['Errors', codes.map((code) => `[\`${code}\`](#${code.toLowerCase()})`).join(', ')],
    ['IIS log', iis.map((status) => `${status}: ${plain(IIS_STATUSES[status])}`).join('<br>')],
    ['Event 4625', ntstatus.map((value) => `${value} ${NTSTATUSES[value][0]}`).join('<br>')],
  ].filter(([, text]) => text !== '')
  return `### ${id}

**${plain(title)}.** ${plain(means)}

${plain(nextStep)}

| | |
|---|---|
${rows.map(([name, text]) => `| ${name} | ${text} |`).join('\n')}
`
}
