import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json as readJson } from 'node:stream/consumers'

const digest = randomUUID()
const titles = ['Welcome', 'Canteen closed']

/** As much of SharePoint's REST API as the recipe calls: the digest, and one list. */
export async function sharePoint(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.endsWith('/_api/contextinfo')) {
    request.resume()
    answer(response, 200, { FormDigestValue: digest, FormDigestTimeoutSeconds: 1800 })
    return
  }
  if (request.method === 'GET') {
    request.resume()
    answer(response, 200, { value: titles.map((Title, index) => ({ Id: index + 1, Title })) })
    return
  }
  const { Title } = (await readJson(request)) as { Title: string }
  if (request.headers['x-requestdigest'] !== digest) {
    answer(response, 403, { 'odata.error': { message: 'The security validation for this page is invalid.' } })
    return
  }
  titles.push(Title)
  answer(response, 201, { Id: titles.length, Title })
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
