// got with NTLM: promises, streams, pagination, retries and hooks.
import { ntlm } from '@ntlmkit/got'
import got from 'got'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

const api = got.extend(ntlm({ username, password, origins: origin }, { ca }))

console.log('GET', await api(url).json())
console.log('POST', await api.post(url, { json: { title: 'New' } }).json())

await close()
