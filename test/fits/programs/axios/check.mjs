/** Logs in with an instance of this axios, and holds it to what plain axios does: headers, and errors of its own class. */
export async function check(client, axios, ntlm) {
  const { targets, account } = JSON.parse(process.env.FITS)
  const url = targets[client]
  const baseURL = new URL(url).origin
  const { AxiosError } = axios

  const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '"urn:fits"' }
  const api = ntlm(axios.create({ baseURL, headers: { 'x-instance': 'kept' } }), account)
  const { data } = await api.post(url, '<fits/>', { headers })

  const rejected = await errorOf(ntlm(axios.create({ baseURL }), { ...account, password: 'wrong' }).get(url))
  expect(rejected instanceof AxiosError, 'a 401 is an AxiosError of the app')
  expect(axios.isAxiosError(rejected), 'isAxiosError of the app knows it')
  expect(rejected.response?.status === 401, 'with its response')
  expect(rejected.config?.url === url && rejected.request !== undefined, 'its config and its request')

  const unreachable = axios.create({ baseURL: 'http://127.0.0.1:1' })
  const refused = await errorOf(ntlm(unreachable, account).get('/'))
  expect(
    refused instanceof AxiosError && refused.code === 'ECONNREFUSED',
    `a refused connection is one: ${refused}`,
  )

  console.log(JSON.stringify({ client, user: data.user }))
}

async function errorOf(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('A request that had to fail did not.')
}

function expect(holds, rule) {
  if (!holds) throw new Error(`does not hold: ${rule}`)
}
