import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export const PAGE_FILE = new URL('../../docs/decoder/index.html', import.meta.url)

/** Of `run.mjs`, or Debian's. */
const BROWSER = process.env.NTLMKIT_BROWSER ?? '/usr/bin/chromium'

/** The flags keep it from looking beyond the page it is sent to. */
const FLAGS = [
  // Root has no other way, and the page is ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** A page that is open, and all that it did beside showing something. */
export interface OpenPage {
  readonly page: Page
  /** Requests, as the browser saw them go: blocked ones too. */
  readonly requests: string[]
  /** Errors of scripts, and whatever was written to the console. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** The page on a server of its own, in a browser of its own. */
export class PageUnderTest {
  /** What the server was asked for: `GET /`. */
  readonly asked: string[] = []
  readonly #server: Server
  readonly #browser: Browser

  private constructor(server: Server, browser: Browser) {
    this.#server = server
    this.#browser = browser
    server.on('request', ({ method, url }) => this.asked.push(`${method} ${url}`))
  }

  static async start(): Promise<PageUnderTest> {
    const content = readFileSync(PAGE_FILE)
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(content)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new PageUnderTest(server, await chromium.launch({ executablePath: BROWSER, args: FLAGS }))
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async open({ hash = '', ...options }: BrowserContextOptions & { hash?: string } = {}): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const requests: string[] = []
    const complaints: string[] = []
    context.on('request', (request) => requests.push(request.url()))
    context.on('console', (message) => complaints.push(message.text()))
    context.on('weberror', (error) => complaints.push(String(error.error())))
    // What the page does, it does at once; a busy machine does not.
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    await page.goto(`${this.origin}/${hash}`)
    return { page, requests, complaints, close: () => context.close() }
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Gives the page a file, as somebody does who drops it. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer()
      data.items.add(new File([text!], fileName!))
      return data
    },
    [name, content],
  )
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer })
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
}

/** Gives the page a text by the keys of a person who pastes. */
export async function paste(page: Page, content: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((text) => navigator.clipboard.writeText(text), content)
  await page.focus('#text')
  await page.keyboard.press('ControlOrMeta+V')
}

export function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allInnerTexts()
}
