// An axios instance with NTLM: the same instance, its interceptors and options as they were.
import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

// `origins` is the baseURL's origin; the third argument is what Node's agents take.
const api = ntlm(axios.create({ baseURL: origin }), { username, password }, { ca })

const read = await api.get(url)
console.log('GET', read.status, read.data)

const written = await api.post(url, { title: 'New' })
console.log('POST', written.status, written.data)

await close()
