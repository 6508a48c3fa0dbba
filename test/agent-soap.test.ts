import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { createClientAsync } from 'soap'
import { describe, expect, it } from 'vitest'
import { agentsFor } from './client-matrix.js'
import { ALICE, startServer, wire } from './wire.js'

const wsdl = (origin: string) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions name="Greeter" targetNamespace="urn:greeter" xmlns="http://schemas.xmlsoap.org/wsdl/"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="urn:greeter"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <message name="GreetRequest"><part name="name" type="xsd:string"/></message>
  <message name="GreetResponse"><part name="greeting" type="xsd:string"/></message>
  <portType name="GreeterPort">
    <operation name="Greet"><input message="tns:GreetRequest"/><output message="tns:GreetResponse"/></operation>
  </portType>
  <binding name="GreeterBinding" type="tns:GreeterPort">
    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Greet"><soap:operation soapAction="urn:greeter#Greet"/>
      <input><soap:body use="literal" namespace="urn:greeter"/></input>
      <output><soap:body use="literal" namespace="urn:greeter"/></output></operation>
  </binding>
  <service name="GreeterService">
    <port name="GreeterPort" binding="tns:GreeterBinding"><soap:address location="${origin}/greeter"/></port>
  </service>
</definitions>`

const envelope = (user: string) => `<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<tns:GreetResponse xmlns:tns="urn:greeter"><greeting>Hello, ${user}</greeting></tns:GreetResponse>
</soap:Body></soap:Envelope>`

async function startGreeter() {
  const server = await startServer({
    handler: (request, response) => {
      const isWsdl = request.url?.startsWith('/greeter?wsdl')
      request.resume().on('end', () => {
        response.setHeader('Content-Type', 'text/xml')
        response.end(isWsdl ? wsdl(server.origin) : envelope(request.ntlm!.username))
      })
    },
  })
  return server
}

describe('node-soap', () => {
  it('fetches the WSDL and calls, through the agents', async () => {
    const server = await startGreeter()
    const { http: httpAgent, https: httpsAgent } = agentsFor(server)
    const options = { httpAgent, httpsAgent }
    const client = await createClientAsync(`${server.origin}/greeter?wsdl`, { wsdl_options: options })
    const [{ greeting }] = await client.GreetAsync({ name: 'x' }, options)
    expect(greeting).toBe('Hello, alice')
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })

  it('and through an axios instance', async () => {
    const server = await startGreeter()
    const request = ntlm(axios.create({ baseURL: server.origin }), ALICE)
    const client = await createClientAsync(`${server.origin}/greeter?wsdl`, {
      request: request as never,
    })
    const [{ greeting }] = await client.GreetAsync({ name: 'x' })
    expect(greeting).toBe('Hello, alice')
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })
})
