// The real React components of @calcom/atoms against a gateway, with nothing but the base URL
// changed. Their packages are installed separately: `npm ci --prefix test/atoms`. Without them the
// tests are skipped; `.ci/run` installs them.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../../src/db/project-root.ts'
import { at, givenHost, givenWorld, listAt, textAt, type World } from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, success } from './calcom.ts'
import { idIn } from './event-types.ts'

const folder = join(projectRoot, 'test/atoms')
const isInstalled = existsSync(join(folder, 'node_modules/@calcom/atoms'))
if (!isInstalled) {
  const line =
    'SKIPPED: the components of @calcom/atoms are not installed: npm ci --prefix test/atoms'
  if (process.env.MERIDIAN_TEST_ATOMS === '1') throw new Error(line)
  console.warn(line)
}

/**
 * The Booker of release 2.11.0 throws with every server: it renders its date picker without dates
 * and callbacks, and its form with null for each field. Gives the picker those of the Booker's
 * store, and the form empty fields.
 */
const bookerRepairs: Plugin = {
  name: 'booker-repairs',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /calendar-view\/components\/date-picker\.js$/ }, ({ importer }) =>
      importer.endsWith('booker-component.js')
        ? { path: join(folder, 'date-picker.mjs') }
        : undefined,
    )
    onLoad({ filter: /use-booking-form\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace('responses: null', 'responses: {}'),
    }))
  },
}

const NOW = '2026-03-02T07:00:00Z'

describe.skipIf(!isInstalled)('@calcom/atoms', () => {
  let world: World
  let directory: string
  let clientId: string
  let ada: Calcom
  let username: string
  let scheduleId: number
  let eventTypeId: number

  beforeAll(async () => {
    world = await givenWorld({ now: NOW })
    directory = await mkdtemp(join(tmpdir(), 'meridian-components-'))
    await build({
      absWorkingDir: folder,
      entryPoints: [join(folder, 'components.mjs')],
      outfile: join(directory, 'components.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      define: { 'process.env.NODE_ENV': '"production"' },
      // The package says that it has no side effects, and extends dayjs in imports for their side
      // effects alone.
      ignoreAnnotations: true,
      // Its imports of CommonJS modules as bundlers for browsers read them.
      alias: {
        'react-use/lib/usePrevious': 'react-use/esm/usePrevious',
        'react-digit-input': join(folder, 'digit-input.mjs'),
      },
      plugins: [bookerRepairs],
      logLevel: 'silent',
    })
    const owner = await givenCalcom(world, await givenHost(world))
    const client = await owner.post('/oauth-clients', {
      ...{ name: 'App', redirectUris: ['https://app.example'], permissions: ['*'] },
    })
    clientId = textAt(client.body, 'data.clientId')
    const user = await anyone(world)
      .with({ 'x-cal-secret-key': textAt(client.body, 'data.clientSecret') })
      .post(`/oauth-clients/${clientId}/users`, {
        email: 'ada@x.example',
        name: 'Ada',
        timeZone: 'Europe/London',
      })
    ada = calcomOf(world.url, textAt(user.body, 'data.accessToken'), '2024-06-14')
    username = textAt((await ada.get('/me')).body, 'data.username')
    scheduleId = Number(at((await ada.get('/atoms/schedules')).body, 'data.id'))
    const made = { title: 'Intro', slug: 'intro', lengthInMinutes: 30, minimumBookingNotice: 0 }
    eventTypeId = idIn(await ada.post('/event-types', made))
  })
  afterAll(async () => {
    await world?.end()
    await rm(directory, { recursive: true, force: true })
  })

  /** Uses a component in a browser of its own. @returns what it reported */
  async function use(component: string, given: Record<string, unknown> = {}): Promise<unknown> {
    const json = JSON.stringify({ url: world.url, clientId, now: NOW, ...given })
    const child = spawn(
      process.execPath,
      [join(folder, 'run.mjs'), join(directory, 'components.mjs'), component, json],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TZ: 'Europe/London' } },
    )
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    child.stderr.on('data', chunk => {
      output += chunk
    })
    const code = await new Promise(resolve => child.on('close', resolve))
    const [, reported] = /^done (.*)$/m.exec(output) ?? []
    if (code !== 0 || reported === undefined)
      throw new Error(`${component} failed:\n${output.slice(0, 8_000)}`)
    return JSON.parse(reported)
  }

  const asAda = () => ({ accessToken: ada.token })

  it('ListSchedules and ListEventTypes show what the account has', async () => {
    expect(await use('ListSchedules', { ...asAda(), timeZone: 'Europe/London' })).toContain(
      'Mon - Fri',
    )
    expect(await use('ListEventTypes', { ...asAda(), title: 'Intro' })).toContain('Intro')
  })

  it('AvailabilitySettings saves the hours of a day', async () => {
    await use('AvailabilitySettings', asAda())
    expect((await ada.get(`/schedules/${scheduleId}`)).body).toMatchObject(
      success({
        availability: [
          { days: ['Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '09:00' },
        ],
      }),
    )
  })

  it('Booker books a free time without a credential', async () => {
    const booked = await use('Booker', { username, eventSlug: 'intro', date: '2026-03-04' })
    expect(booked).toMatchObject({ startTime: '2026-03-04T09:00:00.000Z' })
    const bookings = await ada.in('2024-08-13').get('/bookings')
    expect(listAt(bookings.body, 'data')).toMatchObject([
      {
        start: '2026-03-04T09:00:00.000Z',
        eventTypeId,
        attendees: [{ name: 'Ann', email: 'ann@example.org' }],
      },
    ])
  })

  it('EventTypeSettings saves what changed', async () => {
    expect(await use('EventTypeSettings', { ...asAda(), eventTypeId })).toMatchObject({ freq: 2 })
    expect((await ada.get(`/event-types/${eventTypeId}`)).body).toMatchObject(
      success({
        title: 'Intro',
        recurrence: { interval: 1, occurrences: 12, frequency: 'weekly' },
      }),
    )
  })
})
