// docs/troubleshooting.md: by what somebody sees, with what the library says of it.
import { SHOWN_PROGRAM } from './scenes.mjs'
import {
  anchorOf,
  FINDINGS,
  GENERATED,
  IIS_STATUSES,
  links,
  NTSTATUSES,
  PLACES,
  plain,
  SYMPTOMS,
} from './table.mjs'

const INTRODUCTION = `# Troubleshooting

${GENERATED}

Look for what you see. Each section has the causes that look so, and most of them what ntlmkit says itself: real output of
this program, run against \`@ntlmkit/server\` (addresses, times and fingerprints are made alike).

${indented(SHOWN_PROGRAM)}

Without \`strict\` a final 401 is the response, and the error is on the channel \`ntlmkit:refused\` and in the output of
\`NODE_DEBUG=ntlmkit\`. axios and got throw their own error, with this one as its \`cause\`. What the ids mean in full:
[errors.md](errors.md).
`

const CERTIFICATES = `## a certificate error

The error is Node's own, and no finding: nothing of NTLM has been sent by then. With \`fetch\` it is \`error.cause\`.

| \`code\` | means | next step |
|---|---|---|
| \`UNABLE_TO_VERIFY_LEAF_SIGNATURE\`, \`UNABLE_TO_GET_ISSUER_CERT_LOCALLY\` | an authority that Node does not know has signed it, as a company's own, or the server leaves out a certificate between | give the authority's certificate as \`ca\`, or the process \`NODE_EXTRA_CA_CERTS=corp-ca.pem\`; have the server send its whole chain |
| \`SELF_SIGNED_CERT_IN_CHAIN\` | the authority at the end of the chain is none that Node knows: a company's own, or a proxy that inspects TLS | the same |
| \`DEPTH_ZERO_SELF_SIGNED_CERT\` | the server has signed it itself | give that certificate as \`ca\` |
| \`ERR_TLS_CERT_ALTNAME_INVALID\` | the name in the URL is none of the certificate's | ask for a name that it has, and list that in \`origins\` |
| \`CERT_HAS_EXPIRED\` | its time is over, or this machine's clock is wrong | have it renewed |

Where \`ca\` goes: \`connect: { ca }\` with [undici](../packages/undici/README.md) and
[fetch](../packages/fetch/README.md), the second argument with [agent](../packages/agent/README.md) and
[got](../packages/got/README.md), the third with [axios](../packages/axios/README.md). It stands in the place of Node's own
authorities; \`NODE_EXTRA_CA_CERTS\` stands beside them.
`

const SERVER_LOGS = `## What the server knows

The reason of a refused log-on is never sent to a client, to tell an attacker nothing. It is in two places on Windows:

1. The log of IIS (\`%SystemDrive%\\inetpub\\logs\\LogFiles\`): the fields sc-status, sc-substatus and sc-win32-status, as in
   \`401 1 2148074254\`. 503 by HTTP.sys is in \`%SystemRoot%\\System32\\LogFiles\\HTTPERR\`.
2. The Security log of the server, and of the domain controller that it asked: event 4625 (a log-on failed), whose
   \`Sub Status\` is the reason, and whose \`Status\` is mostly 0xC000006D. Where it is missing, switch on "Audit Logon" for
   failures. On the domain controller event 4776 has the same value as its error code.
`

/** @param {Record<string, { title: string, output: string }[]>} outputs by the symptom. */
export function troubleshootingPage(outputs) {
  const contents = [...SYMPTOMS, 'a certificate error', 'What the server knows'].map(
    (heading) => `- [${heading}](#${anchorOf(heading)})`,
  )
  const sections = SYMPTOMS.map((symptom) => section(symptom, outputs[symptom] ?? []))
  return `${INTRODUCTION}
${contents.join('\n')}

${sections.join('\n')}
${CERTIFICATES}
${SERVER_LOGS}
### Status and substatus of IIS

| in the log | means | findings |
|---|---|---|
${Object.entries(IIS_STATUSES)
  .map(([status, means]) => `| ${status} | ${plain(means)} | ${links(having('iis', status), 'errors.md')} |`)
  .join('\n')}

### NTSTATUS values

| Sub Status | name | means | findings |
|---|---|---|---|
${Object.entries(NTSTATUSES)
  .map(([value, [name, means]]) => {
    return `| ${value} | ${name} | ${plain(means)} | ${links(having('ntstatus', value), 'errors.md')} |`
  })
  .join('\n')}
`
}

function section(symptom, shown) {
  const ids = Object.keys(FINDINGS).filter((id) => PLACES[id].symptoms.includes(symptom))
  const rows = ids.map((id) => {
    const { title, nextStep } = FINDINGS[id]
    return `| ${links([id], 'errors.md')} | ${plain(title)} | ${plain(nextStep)} |`
  })
  const examples = shown.map(({ title, output }) => `${title}:\n\n${indented(output)}\n`)
  return `## ${symptom}

| finding | | next step |
|---|---|---|
${rows.join('\n')}
${examples.length > 0 ? `\n${examples.join('\n')}` : ''}`
}

function having(place, value) {
  return Object.keys(FINDINGS).filter((id) => PLACES[id][place]?.includes(value))
}

function indented(text) {
  return text.replaceAll(/^(?=.)/gm, '    ')
}
