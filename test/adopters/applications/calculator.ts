import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'

const wsdl = (address: string) => `<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:calculator" targetNamespace="urn:calculator">
  <message name="AddRequest"><part name="a" type="xsd:int"/><part name="b" type="xsd:int"/></message>
  <message name="AddResponse"><part name="result" type="xsd:int"/></message>
  <portType name="Calculator">
    <operation name="Add"><input message="t:AddRequest"/><output message="t:AddResponse"/></operation>
  </portType>
  <binding name="CalculatorBinding" type="t:Calculator">
    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Add">
      <soap:operation soapAction="urn:calculator#Add"/>
      <input><soap:body use="literal" namespace="urn:calculator"/></input>
      <output><soap:body use="literal" namespace="urn:calculator"/></output>
    </operation>
  </binding>
  <service name="Calculator">
    <port name="Calculator" binding="t:CalculatorBinding"><soap:address location="${address}"/></port>
  </service>
</definitions>`

const envelope = (inner: string) => `<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${inner}</soap:Body></soap:Envelope>`

/** A SOAP service: its WSDL, and one operation that adds two numbers, for who says by SOAPAction that it is meant. */
export async function calculator(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  response.setHeader('content-type', 'text/xml')
  if (request.method === 'GET') {
    const scheme = (request.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http'
    response.end(wsdl(`${scheme}://${request.headers.host}/calculator`))
    return
  }
  if (request.headers.soapaction !== '"urn:calculator#Add"') {
    response
      .writeHead(500)
      .end(envelope('<soap:Fault><faultstring>No SOAPAction.</faultstring></soap:Fault>'))
    return
  }
  const [a, b] = ['a', 'b'].map((name) => Number(new RegExp(`<${name}>(\\d+)</${name}>`).exec(body)?.[1]))
  response.end(envelope(`<t:AddResponse xmlns:t="urn:calculator"><result>${a + b}</result></t:AddResponse>`))
}
