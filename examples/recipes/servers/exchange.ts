import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

const SUBJECTS = ['Lunch on Friday?', 'Your build is green']

/** As much of Exchange Web Services as the recipe calls: FindItem, for whoever asks. */
export async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  if (request.method !== 'POST' || !body.includes('<m:FindItem')) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('FindItem is all there is.')
    return
  }
  const items = SUBJECTS.map((subject) => `<t:Message><t:Subject>${subject}</t:Subject></t:Message>`)
  response
    .writeHead(200, { 'content-type': 'text/xml; charset=utf-8' })
    .end(`<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
    xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Body><m:FindItemResponse>
  <m:ResponseMessages><m:FindItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>
    <m:RootFolder><t:Items>${items.join('')}</t:Items></m:RootFolder>
  </m:FindItemResponseMessage></m:ResponseMessages>
</m:FindItemResponse></s:Body></s:Envelope>`)
}
