// SharePoint's REST API: read the items of a list, then add one. Writing takes a form digest, which SharePoint hands
// out at /_api/contextinfo and wants back as X-RequestDigest.
import { NtlmAgent } from '@ntlmkit/undici'
import { fetch } from 'undici'
import { openTarget } from '../target.js'
import { sharePoint } from './servers/sharepoint.js'

const LIST = 'Announcements'
const site = await openTarget('/sites/team', { handler: sharePoint })
const items = `${site.url}/_api/web/lists/getbytitle('${LIST}')/items`

const dispatcher = new NtlmAgent({
  username: site.username,
  password: site.password,
  origins: site.origin,
  connect: { ca: site.ca },
})
const headers = {
  accept: 'application/json;odata=nometadata',
  // A farm with several ways to sign in would answer with its login page: ask for Windows authentication.
  'x-forms_based_auth_accepted': 'f',
}

async function json<T>(
  url: string,
  init: { method?: string; headers?: object; body?: string } = {},
): Promise<T> {
  const response = await fetch(url, { ...init, dispatcher, headers: { ...headers, ...init.headers } })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const { value } = await json<{ value: { Title: string }[] }>(items)
console.log(
  'titles:',
  value.map(({ Title }) => Title),
)

const digest = await json<{ FormDigestValue: string }>(`${site.url}/_api/contextinfo`, { method: 'POST' })
const added = await json<{ Id: number; Title: string }>(items, {
  method: 'POST',
  headers: { 'content-type': 'application/json;odata=nometadata', 'x-requestdigest': digest.FormDigestValue },
  body: JSON.stringify({ Title: 'Written from Node' }),
})
console.log('added:', added)

await dispatcher.close()
await site.close()
