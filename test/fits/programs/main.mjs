/** Logs in with each client that the environment names a URL for, and prints who it was: one line each. */
export async function main(logins) {
  const { targets, account } = JSON.parse(process.env.FITS)
  for (const [client, url] of Object.entries(targets)) {
    try {
      const { login } = await logins[client]()
      console.log(JSON.stringify({ client, user: await login(url, account) }))
    } catch (error) {
      console.log(JSON.stringify({ client, error: String(error?.stack ?? error) }))
      process.exitCode = 1
    }
  }
}
