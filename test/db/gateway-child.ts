// A process that uses the embedded server as a gateway does. Says what it did over IPC; see
// gateways.ts.

import { withClient } from '../../src/db/connect.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

const [task, argument = '', option] = process.argv.slice(2)

if (task === 'migrate') {
  process.send?.({ applied: await migrate(argument, { migrationsDir: option }) })
} else {
  const server = await startEmbedded({
    dataDir: argument,
    durable: false,
    ...(option && { patienceMs: Number(option) }),
  })
  const stop = async () => {
    await server.stop()
    process.send?.({ stopped: true })
    process.disconnect()
  }
  process.on('message', stop)
  // What a gateway does on Ctrl-C: finish what it was asked, then leave.
  process.on('SIGINT', async () => {
    await new Promise(resolve => setTimeout(resolve, 200))
    await withClient(server.url, client => client.query('select 1'))
    process.send?.({ drained: true })
    await stop()
  })
  process.send?.({ url: server.url })
}
