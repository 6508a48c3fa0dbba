import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Answers with a page that shows who asked, and posts 5 MB from a script before it has loaded, so that what a browser
 * dumps has the answer to that too.
 */
export function protectedPage(request: IncomingMessage, response: ServerResponse): void {
  const user = `${request.ntlm?.domain}\\${request.ntlm?.username}`
  if (request.method === 'POST') {
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.on('end', () => send(response, 'text/plain', `${bytes} bytes as ${user}`))
    return
  }
  send(
    response,
    'text/html',
    PAGE.replace('USER', () => user),
  )
}

/** The icon is there so that the browser does not ask for one. */
const PAGE = `<!doctype html>
<title>Protected</title>
<link rel="icon" href="data:,">
<p id="user">USER</p>
<p id="posted"></p>
<script>
  const post = new XMLHttpRequest()
  post.open('POST', '/', false)
  post.send('x'.repeat(5000000))
  document.getElementById('posted').textContent = post.responseText
</script>
`

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}
