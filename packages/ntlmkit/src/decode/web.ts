import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CommandError } from '../command-error.js'
import type { Screen } from '../screen.js'

/** Beside what runs, where the build puts it. */
const PAGE = new URL('decoder.html', import.meta.url)

/** Serves the decoder's page on loopback, to this machine alone, until the user has had enough. */
export async function serveDecoder(screen: Screen): Promise<void> {
  const page = readPage()
  const server = createServer((request, response) => {
    const isPage = request.method === 'GET' && request.url === '/'
    response.writeHead(isPage ? 200 : 404, {
      'Content-Type': isPage ? 'text/html; charset=utf-8' : 'text/plain',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    })
    response.end(isPage ? page : 'There is one page, at /.\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  screen.print(`The decoder is at ${url}`)
  screen.say('What is pasted there stays in the browser. ^C ends it.')
  if (screen.terminal.stdout.isTTY === true) await openBrowser(url, screen)
  await screen.terminal.interrupted()
  server.closeAllConnections()
  server.close()
}

function readPage(): Buffer {
  try {
    return readFileSync(PAGE)
  } catch {
    throw new CommandError(
      'The page of the decoder is not in this package.',
      'Decode here without --web, or open docs/decoder/index.html of the repository.',
    )
  }
}

/** Where there is no browser, the address that was printed is enough. */
async function openBrowser(url: string, screen: Screen): Promise<void> {
  try {
    const { default: open } = await import('open')
    const child = await open(url)
    child.once('error', () => screen.say('No browser was found: open the address yourself.'))
  } catch {
    screen.say('No browser was found: open the address yourself.')
  }
}
