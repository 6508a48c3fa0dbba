// node-soap: the WSDL behind NTLM is fetched with the agents too, and so is every call. `soap` sends its requests with
// axios, to which `ntlm` gives the agents.
import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import soap from 'soap'
import { calculator } from './soap-service.js'
import { openTarget } from './target.js'

const { url, origin, username, password, ca, close } = await openTarget('/calculator?wsdl', {
  handler: calculator,
})

const request = ntlm(axios.create(), { username, password, origins: origin }, { ca })

// As an object of no type: package managers that link may give soap an axios of its own.
const options: object = { request }
const client = await soap.createClientAsync(url, options)
const [sum] = await client.AddAsync({ a: 2, b: 3 })
console.log('2 + 3 =', sum.result)

await close()
