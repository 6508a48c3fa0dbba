import type { IncomingMessage, ServerResponse } from 'node:http'

/** Where a resource is found, by area: clients ask by OPTIONS before they call it the first time. */
const LOCATIONS: Readonly<Record<string, object>> = {
  Location: location('e81700f7-3be2-46de-8624-2eb35882fcaa', 'Location', 'ResourceAreas'),
  core: location('603fe2ac-9723-48b9-88ad-09305aa6c6e1', 'core', 'projects'),
}

function location(id: string, area: string, resourceName: string): object {
  const versions = { resourceVersion: 4, minVersion: '1.0', maxVersion: '7.2', releasedVersion: '7.1' }
  return { id, area, resourceName, routeTemplate: '_apis/{resource}', ...versions }
}

/** As much of Azure DevOps Server's REST API as a list of projects takes: where things are, and the list. */
export function teamFoundation(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const { pathname } = new URL(request.url ?? '/', 'http://server')
  const value = answerTo(request.method, pathname.replace('/DefaultCollection/_apis/', ''))
  response.setHeader('content-type', 'application/json')
  if (value === undefined) response.writeHead(404)
  response.end(JSON.stringify({ count: value?.length ?? 0, value: value ?? [] }))
}

function answerTo(method: string | undefined, resource: string): object[] | undefined {
  if (method === 'OPTIONS') return LOCATIONS[resource] && [LOCATIONS[resource]]
  // A server on premises has all its areas at its own address, and lists none.
  if (resource === 'ResourceAreas') return []
  if (resource === 'projects') return [{ name: 'Website' }, { name: 'Payroll' }]
  return undefined
}
