import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json as readJson } from 'node:stream/consumers'

/** As much of SharePoint's REST API as two clients call: the form digest, and one list to read and to add to. */
export function sharePoint(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const digest = randomUUID()
  const titles = ['Welcome', 'Canteen closed']

  return async (request, response) => {
    const isVerbose = String(request.headers.accept).includes('odata=verbose')
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(isVerbose ? { d: body } : body))

    if (request.url?.endsWith('/_api/contextinfo')) {
      request.resume()
      const info = { FormDigestValue: digest, FormDigestTimeoutSeconds: 1800 }
      answer(200, isVerbose ? { GetContextWebInformation: info } : info)
      return
    }
    if (request.method === 'GET') {
      request.resume()
      const items = titles.map((Title, index) => ({ Id: index + 1, Title }))
      answer(200, isVerbose ? { results: items } : { value: items })
      return
    }
    const { Title } = (await readJson(request)) as { Title: string }
    if (request.headers['x-requestdigest'] !== digest) {
      answer(403, { 'odata.error': { message: 'The security validation for this page is invalid.' } })
      return
    }
    titles.push(Title)
    answer(201, { Id: titles.length, Title })
  }
}
