// superagent takes Node's agents, and so do most clients on node:http: give them these.
import { ntlmAgents } from '@ntlmkit/agent'
import superagent from 'superagent'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/items')

const agents = ntlmAgents({ username, password, origins: origin }, { ca })
const agent = origin.startsWith('https:') ? agents.https : agents.http

const { status, text } = await superagent.get(url).agent(agent)
console.log('GET', status, text)

agents.destroy()
await close()
