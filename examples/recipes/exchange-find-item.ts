// Exchange Web Services: the newest mails of the inbox by FindItem. Extended Protection is on by default since
// Exchange 2019 CU14: over TLS the binding is sent without being asked for.
import { ntlm } from '@ntlmkit/axios'
import axios from 'axios'
import { openTarget } from '../target.js'
import { exchange } from './servers/exchange.js'

const server = await openTarget('/EWS/Exchange.asmx', {
  handler: exchange,
  tls: true,
  channelBinding: 'require',
})

const findItem = `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
    xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
  <soap:Header><t:RequestServerVersion Version="Exchange2013"/></soap:Header>
  <soap:Body>
    <m:FindItem Traversal="Shallow">
      <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>
        <t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties>
      </m:ItemShape>
      <m:IndexedPageItemView MaxEntriesReturned="10" Offset="0" BasePoint="Beginning"/>
      <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds>
    </m:FindItem>
  </soap:Body>
</soap:Envelope>`

const { username, password, ca } = server
const ews = ntlm(axios.create({ baseURL: server.origin }), { username, password }, { ca })

const { data } = await ews.post<string>(server.url, findItem, {
  headers: { 'content-type': 'text/xml; charset=utf-8' },
})
const subjects = [...data.matchAll(/<t:Subject>(.*?)<\/t:Subject>/g)].map(([, subject]) => subject)
console.log('inbox:', subjects)

await server.close()
