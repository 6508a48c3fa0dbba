import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

const NAMESPACES = [
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"',
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"',
].join(' ')

/** The answer to one operation: its response message within the envelope. */
function answer(operation: string, inner: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope ${NAMESPACES}><s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="2" Version="V2017_07_11"/></s:Header>
<s:Body><m:${operation}Response><m:ResponseMessages>
<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${inner}</m:${operation}ResponseMessage>
</m:ResponseMessages></m:${operation}Response></s:Body></s:Envelope>`
}

const FOLDERS = ['Inbox', 'Projects'].map(
  (name) =>
    `<t:Folder><t:FolderId Id="${name}" ChangeKey="1"/><t:DisplayName>${name}</t:DisplayName></t:Folder>`,
)

const ANSWERS: Readonly<Record<string, string>> = {
  FindFolder: answer(
    'FindFolder',
    `<m:RootFolder TotalItemsInView="2" IncludesLastItemInRange="true"><t:Folders>${FOLDERS.join('')}</t:Folders></m:RootFolder>`,
  ),
  GetItem: answer(
    'GetItem',
    `<m:Items><t:Message><t:ItemId Id="AAA" ChangeKey="1"/><t:Subject>Lunch on Friday?</t:Subject></t:Message></m:Items>`,
  ),
  Subscribe: answer('Subscribe', '<m:SubscriptionId>one</m:SubscriptionId>'),
}

/** A part of a streamed answer: a document without a declaration, and with the envelope's namespace as the default. */
function streamed(inner: string): string {
  return answer('GetStreamingEvents', inner)
    .replace(/^<\?xml.*\n/, '')
    .replace('xmlns:s=', 'xmlns=')
    .replaceAll(/(<\/?)s:/g, '$1')
}

const STREAM_OPEN = streamed('<m:ConnectionStatus>OK</m:ConnectionStatus>')
const STREAM_EVENT = streamed(
  `<m:Notifications><m:Notification><t:SubscriptionId>one</t:SubscriptionId><t:NewMailEvent>
<t:TimeStamp>2026-01-01T00:00:00Z</t:TimeStamp><t:ItemId Id="AAA" ChangeKey="1"/><t:ParentFolderId Id="Inbox" ChangeKey="1"/>
</t:NewMailEvent></m:Notification></m:Notifications>`,
)

/** As much of Exchange Web Services as the trial calls; a streaming subscription tells of one mail and stays open. */
export async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const operation = /<m:(FindFolder|GetItem|Subscribe|GetStreamingEvents)\b/.exec(await text(request))?.[1]
  response.setHeader('content-type', 'text/xml; charset=utf-8')
  if (operation === 'GetStreamingEvents') {
    response.write(STREAM_OPEN)
    // Apart from it, as Exchange sends it when the mail comes.
    setTimeout(() => response.write(STREAM_EVENT), 50)
    return
  }
  response.end(operation === undefined ? '' : ANSWERS[operation])
}
