import { XhrApi } from '@ewsjs/xhr'
import { ntlm } from '@ntlmkit/axios'
import type { NtlmServer } from '@ntlmkit/server'
import axios from 'axios'
import axios17 from 'axios-1.7'
import {
  EventType,
  ExchangeCredentials,
  ExchangeService,
  ExchangeVersion,
  FolderId,
  FolderView,
  Item,
  ItemId,
  StreamingSubscriptionConnection,
  Uri,
  WellKnownFolderName,
} from 'ews-javascript-api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { exchange } from './applications/exchange.js'
import { authenticated, PROTOCOLS, seen } from './trial.js'

const VERSIONS = [
  ['the newest axios', axios],
  ['axios 1.7', axios17 as unknown as typeof axios],
] as const

/** The service wants credentials: others would add the password in clear as `Authorization: Basic`. */
class NoCredentials extends ExchangeCredentials {
  override PrepareWebRequest(): void {}
}

/** An Exchange service whose requests go through an axios instance of ours: it is one of its `authProvider`s. */
function serviceFor(server: NtlmServer, { create }: typeof axios): ExchangeService {
  const client = ntlm(create(), { ...ALICE, origins: server.origin }, { ca: server.ca })
  onTestFinished(() => client.close())
  const xhr = new XhrApi()
  xhr.setAuthProvider({ providerName: 'ntlmkit', client, preCall: async (options) => options })
  const service = new ExchangeService(ExchangeVersion.Exchange2016)
  service.Credentials = new NoCredentials()
  service.XHRApi = xhr
  service.Url = new Uri(`${server.origin}/EWS/Exchange.asmx`)
  return service
}

describe.each(VERSIONS)('ews-javascript-api with %s', (_version, version) => {
  describe.each(PROTOCOLS)('over %s', (_protocol, options) => {
    it('finds folders, and gets an item', async () => {
      const server = await startServer({ ...options, handler: exchange })
      const service = serviceFor(server, version)

      const { Folders } = await service.FindFolders(WellKnownFolderName.MsgFolderRoot, new FolderView(10))
      const item = await Item.Bind(service, new ItemId('AAA'))

      expect(Folders.map(({ DisplayName }) => DisplayName)).toEqual(['Inbox', 'Projects'])
      expect(item.Subject).toBe('Lunch on Friday?')
      expect(seen(server)).toEqual(authenticated(2))
      expect(server.log.at(-1)?.headers['content-type']).toMatch('text/xml')
    })

    it('is told of new mail by a streaming subscription', async () => {
      const server = await startServer({ ...options, handler: exchange })
      const service = serviceFor(server, version)
      const inbox = new FolderId(WellKnownFolderName.Inbox)

      const subscription = await service.SubscribeToStreamingNotifications([inbox], EventType.NewMail)
      const connection = new StreamingSubscriptionConnection(service, 1)
      connection.AddSubscription(subscription)
      const told = new Promise<string[]>((resolve, reject) => {
        connection.OnNotificationEvent.push((_sender, { Events }) =>
          resolve(Events.map((event) => (event as unknown as { ItemId: ItemId }).ItemId.UniqueId)),
        )
        connection.OnSubscriptionError.push((_sender, { Exception }) => reject(Exception))
      })
      // What it returns is done when the connection ends.
      void connection.Open()

      expect(await told).toEqual(['AAA'])
      connection.Close()
      expect(seen(server)).toMatchObject({ connections: 1, users: { alice: 2 }, failed: [] })
    })
  })
})
