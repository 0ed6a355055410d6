import { DateTime } from 'luxon'
import { z } from 'zod'
import { allEventKinds } from '../event-log/kinds.ts'
import { newHookSecret } from '../webhooks/secret.ts'
import { follow, type LiveEvent } from './listen/follow.ts'
import { forwarderTo, type Outcome } from './listen/forward.ts'
import { askAt, greet } from './listen/gateway.ts'
import { readListenOptions, usage } from './listen/options.ts'

/**
 * Prints the events of an account as they happen, and forwards them to the developer's machine,
 * until a signal ends it.
 * @throws Error that says in a sentence why it cannot begin or go on.
 */
export async function listen(
  args: string[],
  env: Record<string, string | undefined>,
): Promise<void> {
  const options = readListenOptions(args, env)
  if (options === undefined) {
    process.stdout.write(usage)
    return
  }
  endQuietly()
  const { access, forwarding, json } = options
  const { name, cursor } = await greet(access)
  const secret = forwarding?.secret ?? newHookSecret()
  const forward = forwarding && forwarderTo({ ...forwarding, secret }, askAt(access), access.url)

  const events = follow(access, {
    kinds: options.kinds,
    since: options.since ?? cursor,
    onListening() {
      say(`Listening to the events of ${name} at ${access.url}.`)
      if (forwarding === undefined) return
      say(`Forwarding them to ${forwarding.url} (${forwarding.dialect}).`)
      if (forwarding.secret === undefined)
        say(`Signed with ${secret}, new for this run; --secret signs with your own.`)
    },
    onLost: reason => say(`Lost the gateway (${reason}); trying again.`),
    onBack: () => say('Back; going on after the last event.'),
  })
  for await (const event of events) {
    const outcome = await forward?.(event)
    process.stdout.write(`${json ? jsonLine(event, outcome) : line(event, outcome)}\n`)
  }
}

/** What is no event goes to standard error, so that the other has events alone. */
const say = (words: string): void => void process.stderr.write(`${words}\n`)

/**
 * Exits on a signal, and when the reader of its output exits, such as `head`. There is nothing to
 * clean up.
 */
function endQuietly(): void {
  process.on('SIGINT', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
  process.stdout.on('error', error =>
    process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1),
  )
}

/** What an event is about, in its facts: a booking or a hook, or the contact that they are. */
const Subject = z.union([
  z.object({ booking: z.object({ id: z.string() }) }).transform(({ booking }) => booking.id),
  z.object({ hook: z.object({ id: z.string() }) }).transform(({ hook }) => hook.id),
  z.object({ id: z.string() }).transform(({ id }) => id),
])

const subjectOf = ({ data }: LiveEvent): string | null => Subject.safeParse(data).data ?? null

const KIND_WIDTH = Math.max(...allEventKinds.map(kind => kind.length))

function line(event: LiveEvent, outcome: Outcome | undefined): string {
  const parts = [timeOf(event), event.kind.padEnd(KIND_WIDTH), subjectOf(event) ?? '-', event.id]
  return [...parts, ...(outcome === undefined ? [] : [`→ ${inWords(outcome)}`])].join('  ')
}

/** On the clock of this machine; with the date unless it is today. */
function timeOf({ occurredAt }: LiveEvent): string {
  const at = DateTime.fromISO(occurredAt).setZone('local')
  return at.toFormat(at.hasSame(DateTime.local(), 'day') ? 'HH:mm:ss' : 'yyyy-MM-dd HH:mm:ss')
}

function inWords(outcome: Outcome): string {
  if ('notSent' in outcome) return `not forwarded: ${outcome.notSent}`
  const { status, durationMs, problem } = outcome
  const answered = `${status ?? 'no answer'} in ${durationMs} ms`
  return problem === null ? answered : `${answered}: the receiver ${problem}`
}

function jsonLine(event: LiveEvent, outcome: Outcome | undefined): string {
  const { id, cursor, kind, occurredAt } = event
  return JSON.stringify({
    id,
    kind,
    subjectId: subjectOf(event),
    occurredAt,
    cursor,
    forward: outcome ?? null,
  })
}
