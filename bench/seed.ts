import type pg from 'pg'
import { hashPassword } from '../src/accounts/password.ts'
import { keyScopes } from '../src/scopes.ts'
import { tokenHash } from '../src/secrets.ts'

/** What was seeded. */
export interface Seeded {
  hostId: number
  apiKey: string
  slug: string
}

/** How full the calendar is. */
export interface Calendar {
  bookings: number
  /** How many of the bookings lie in the past. */
  past: number
  /** From the start of one to that of the next. */
  everyMinutes: number
  /** Open hours of every day, in minutes of the day. */
  open: [start: number, end: number]
}

let passwordHash: Promise<string> | undefined

const DAY_AND_NIGHT: Calendar['open'] = [0, 1440]

/** A calendar with years in it: a booking of 30 minutes every hour, half of them in the past. */
export const years = (bookings: number): Calendar => ({
  bookings,
  past: bookings / 2,
  everyMinutes: 60,
  open: DAY_AND_NIGHT,
})

/** A host with five event types of 30 minutes, and a calendar. */
export async function seedHost(pool: pg.Pool, name: string, calendar: Calendar): Promise<Seeded> {
  const apiKey = `cal_bench_${name}_${'x'.repeat(30)}`
  passwordHash ??= hashPassword('a password')
  const { rows } = await pool.query<{ id: number }>(
    `insert into "User" ("uid", "email", "passwordHash", "name", "timeZone", "createdAt", "updatedAt")
     values ($1, $2, $3, $4, 'America/New_York', now(), now()) returning "id"`,
    [`usr_${name}`, `${name}@example.com`, await passwordHash, `Host ${name}`],
  )
  const hostId = rows[0]?.id ?? 0
  await pool.query(
    `insert into "BookingPage" ("hostId", "slug", "displayName", "brandColor", "updatedAt") values ($1, $2, $2, '#000000', now())`,
    [hostId, name],
  )
  await pool.query(
    `with s as (insert into "Schedule" ("uid", "hostId", "name", "timeZone", "createdAt", "updatedAt")
       values ($2, $1, 'Hours', 'America/New_York', now(), now()) returning "id"),
     w as (insert into "WeeklyHours" ("scheduleId", "weekday", "startMinute", "endMinute")
       select s."id", d, $3, $4 from s, generate_series(0, 6) d)
     update "User" set "defaultScheduleId" = s."id" from s where "User"."id" = $1`,
    [hostId, `sch_${name}`, ...calendar.open],
  )
  await pool.query(
    `insert into "EventType" ("uid", "hostId", "name", "slug", "color", "durationMinutes", "durationOptions", "minimumNoticeMinutes",
       "windowKind", "createdAt", "updatedAt")
     select 'et_' || $2 || '_' || n, $1, 'Type ' || n, 'type-' || n, '#0069ff', 30, '{30}', 0, 'UNLIMITED', now(), now()
     from generate_series(1, 5) n`,
    [hostId, name],
  )
  await pool.query(
    `insert into "ApiKey" ("uid", "userId", "label", "tokenHash", "hint", "scopes", "createdAt")
     values ($1, $2, 'bench', $3, 'xxxx', $4, now())`,
    [`key_${name}`, hostId, Buffer.from(tokenHash(apiKey)), [...keyScopes]],
  )
  await pool.query(
    `insert into "Contact" ("uid", "hostId", "email", "name", "bookingCount", "firstBookingAt", "lastBookingAt", "createdAt", "updatedAt")
     select 'ct_' || $2 || '_' || n, $1, 'p' || n || '@example.org', 'Person ' || n, 1, now(), now(), now(), now() from generate_series(1, 1000) n`,
    [hostId, name],
  )
  await pool.query(
    `with made as (
       insert into "Booking" ("uid", "hostId", "eventTypeId", "status", "startAt", "endAt", "timeZone", "createdAt", "updatedAt")
       select 'bk_' || $2 || '_' || n, $1, e."id", 'CONFIRMED', at, at + interval '30 minutes', 'Europe/Berlin', now(), now()
       from generate_series(1, $3::int) n
       cross join lateral (select date_trunc('hour', now()) + (n - $4::int) * $5::int * interval '1 minute' as at) t
       join "EventType" e on e."hostId" = $1 and e."slug" = 'type-' || (n % 5 + 1)
       returning "id", "startAt", "endAt"
     ), claimed as (
       insert into "Claim" ("hostId", "during", "bookingId") select $1, tstzrange("startAt", "endAt"), "id" from made
     )
     insert into "Invitee" ("uid", "hostId", "bookingId", "contactId", "name", "email", "timeZone", "createdAt", "updatedAt")
     select 'inv_' || $2 || '_' || m."id", $1, m."id", c."id", c."name", c."email", 'Europe/Berlin', now(), now()
     from made m join "Contact" c on c."hostId" = $1 and c."email" = 'p' || (m."id" % 1000 + 1) || '@example.org'`,
    [hostId, name, calendar.bookings, calendar.past, calendar.everyMinutes],
  )
  await pool.query('analyze')
  return { hostId, apiKey, slug: name }
}

/**
 * A team whose event type `all` needs all of its hosts, who are open day and night. Returns the
 * slug of its page.
 */
export async function seedTeam(pool: pg.Pool, name: string, hosts: number): Promise<string> {
  const hostIds: number[] = []
  for (let n = 0; n < hosts; n++)
    hostIds.push((await seedHost(pool, `${name}${n}`, years(0))).hostId)
  await pool.query(
    `with t as (insert into "Team" ("uid", "name", "timeZone", "weekStart", "createdAt", "updatedAt")
       values ('team_' || $1, $1, 'UTC', 1, now(), now()) returning "id"),
     page as (insert into "BookingPage" ("teamId", "slug", "displayName", "brandColor", "updatedAt")
       select "id", $1, $1, '#000000', now() from t),
     members as (insert into "TeamMember" ("uid", "teamId", "userId", "role", "acceptedAt", "createdAt", "updatedAt")
       select 'tm_' || $1 || h, t."id", h, 'OWNER', now(), now(), now() from t, unnest($2::int[]) h
       returning "id", "userId"),
     event_type as (insert into "EventType" ("uid", "teamId", "scheduling", "name", "slug", "color", "durationMinutes",
         "durationOptions", "minimumNoticeMinutes", "windowKind", "createdAt", "updatedAt")
       select 'et_' || $1, "id", 'COLLECTIVE', 'All', 'all', '#0069ff', 30, '{30}', 0, 'UNLIMITED', now(), now() from t
       returning "id")
     insert into "EventTypeHost" ("eventTypeId", "hostId", "memberId")
     select event_type."id", members."userId", members."id" from event_type, members`,
    [name, hostIds],
  )
  return name
}
