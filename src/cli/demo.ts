import { book } from '../bookings/write/book.ts'
import { type Context, type Deps, hostOf } from '../context.ts'
import { ApiError } from '../errors.ts'
import { createEventType } from '../event-types/create.ts'
import { newUid } from '../ids.ts'
import { register } from '../registration/register.ts'
import { keyScopes } from '../scopes.ts'
import { tokenHash } from '../secrets.ts'
import { addDays, localDay } from '../slot-engine/index.ts'
import { offeredDays } from '../slots/days.ts'
import { instantOf, minuteOf } from '../slots/rules.ts'
import { actAs } from './act-as.ts'

const EMAIL = 'demo@example.com'
const PASSWORD = 'meridian-demo'
const SLUG = 'demo'
/**
 * Where the demo app is answered: a program of this machine, on any port (RFC 8252 section 7.3).
 */
export const DEMO_REDIRECT_URI = 'http://127.0.0.1/callback'

/** What the start screen shows of the demo host. */
export interface Demo {
  email: string
  password: string
  apiKey: string
  /** Its OAuth app; undefined when it was deleted. */
  app: { clientId: string; clientSecret: string } | undefined
  slug: string
  eventSlug: string
  /** A start of the event type that is free now; undefined when two weeks have none. */
  freeStart: string | undefined
}

/**
 * Makes a demo host with event types, a week of bookings, an API key and an OAuth app, in a
 * database without accounts.
 */
export async function makeDemo(deps: Deps): Promise<void> {
  if ((await deps.db.user.count()) > 0) return
  const visitor = actAs(deps, null)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const account = {
    name: 'Demo Host',
    email: EMAIL,
    password: PASSWORD,
    timeZone: zone,
    slug: SLUG,
    firstEventType: false,
  }
  const user = await register(visitor, account).catch(error => {
    // Another gateway that started on the same empty database was first.
    if (error instanceof ApiError && error.code === 'CONFLICT') return undefined
    throw error
  })
  if (user === undefined) return

  const host = actAs(deps, user.id)
  await makeApiKey(host)
  await makeApp(host)
  const common = { minimumNoticeMinutes: 60 }
  const intro = {
    ...common,
    name: 'Intro call',
    slug: 'intro',
    durationMinutes: 30,
    description: 'Get to know each other.',
  }
  const made = [
    await createEventType(host, intro),
    await createEventType(host, {
      ...common,
      name: 'Deep dive',
      slug: 'deep-dive',
      durationMinutes: 60,
      confirmation: 'ALWAYS',
    }),
    await createEventType(host, {
      ...common,
      name: 'Open class',
      slug: 'class',
      durationMinutes: 60,
      seats: 8,
      color: '#16a34a',
    }),
  ]

  const people = ['Ann Arbor', 'Bob Bolt', 'Cleo Carr', 'Dev Das', 'Eva Ek', 'Finn Falk']
  const today = localDay(minuteOf(deps.clock.now()), zone)
  for (const [index, name] of people.entries()) {
    const eventType = made[index % made.length]
    if (eventType === undefined) continue
    const asked = {
      eventType: { id: eventType.uid },
      start: addDays(today, 1),
      end: addDays(today, 7),
    }
    const free = (await offeredDays(visitor, asked)).flatMap(day => day.slots)
    const slot = free[Math.floor((free.length * (index + 1)) / (people.length + 1))]
    if (slot === undefined) continue
    const email = `${name.toLowerCase().replace(' ', '.')}@example.org`
    await book(visitor, {
      eventType: { id: eventType.uid },
      start: instantOf(slot.start).toISOString(),
      invitee: { name, email },
    })
  }
}

/** The demo host of this database; undefined when it has none (any more). */
export async function findDemo(deps: Deps): Promise<Demo | undefined> {
  const user = await deps.db.user.findUnique({ where: { email: EMAIL }, include: { page: true } })
  if (user?.page == null) return undefined
  const clientSecret = appSecretOf(deps)
  const app = await deps.db.oAuthClient.findFirst({
    where: { ownerId: user.id, secretHash: tokenHash(clientSecret) },
  })
  const eventSlug = 'intro'
  const today = localDay(minuteOf(deps.clock.now()), user.timeZone)
  const asked = {
    eventType: { page: user.page.slug, slug: eventSlug },
    start: today,
    end: addDays(today, 13),
  }
  const days = await offeredDays(actAs(deps, null), asked).catch(error => {
    if (error instanceof ApiError) return []
    throw error
  })
  const slot = days.flatMap(day => day.slots)[0]
  return {
    email: EMAIL,
    password: PASSWORD,
    apiKey: apiKeyOf(deps),
    app: app === null ? undefined : { clientId: app.uid, clientSecret },
    slug: user.page.slug,
    eventSlug,
    freeStart: slot && instantOf(slot.start).toISOString(),
  }
}

// Derived from the secret key, so that each start can show them although the database has their
// hashes alone.
const derived = ({ secrets }: Deps, purpose: string): string =>
  secrets.linkToken(purpose).replace(/[^A-Za-z0-9]/g, '')
const apiKeyOf = (deps: Deps): string => `cal_${derived(deps, 'demo')}`
const appSecretOf = (deps: Deps): string => `ocs_${derived(deps, 'demo app')}`

async function makeApiKey(ctx: Context): Promise<void> {
  const key = apiKeyOf(ctx)
  await ctx.db.apiKey.create({
    data: {
      uid: newUid('ApiKey'),
      userId: hostOf(ctx),
      label: 'Demo',
      tokenHash: tokenHash(key),
      hint: key.slice(-4),
      scopes: [...keyScopes],
      createdAt: ctx.clock.now(),
    },
  })
}

async function makeApp(ctx: Context): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.oAuthClient.create({
    data: {
      uid: newUid('OAuthClient'),
      ownerId: hostOf(ctx),
      name: 'Demo app',
      secretHash: tokenHash(appSecretOf(ctx)),
      redirectUris: [DEMO_REDIRECT_URI],
      scopes: [...keyScopes],
      createdAt: now,
      updatedAt: now,
    },
  })
}
