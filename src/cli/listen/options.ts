import { parseArgs } from 'node:util'
import { z } from 'zod'
import { ApiError } from '../../errors.ts'
import { readCursor } from '../../event-log/cursor.ts'
import { allEventKinds, type EventKind } from '../../event-log/kinds.ts'
import { baseUrl, httpUrl } from '../../validation.ts'
import { formats } from '../../webhook-formats.ts'
import type { HookFormat } from '../../webhooks/format.ts'
import { OURS } from '../server-url.ts'
import { type Access, byKey, byLogin } from './access.ts'

export const usage = `meridian listen [options]

Prints the events of an account as they happen and, with --forward, posts them to your own machine, signed
like the deliveries of a hook: no tunnel is needed, and no hook.

  --forward URL     where events are posted, such as http://localhost:3000/hook; otherwise they are printed only
  --events KINDS    kinds of events, separated by commas: BOOKING_CREATED,BOOKING_CANCELLED (default: all that the credential may read)
  --dialect NAME    format: standard (default), calendarpa, calendo, calcom or calendly
  --secret SECRET   secret for signatures (default: a new one, which is shown at the start)
  --since PLACE     begins with what has happened already: start for all of it, or the cursor of the last event
                    that you have, which --json prints
  --json            prints each event as a line of JSON
  --url URL         the gateway (default: MERIDIAN_URL, or ${OURS})
  --key KEY         an API key with the scope bookings:read, and contacts:read for events of contacts. Put it in
                    the variable MERIDIAN_API_KEY instead: arguments show in the list of processes. Without a
                    key it is the login of meridian login
  --help            this text

Events are sent one after another, in order, each once. Unlike deliveries of a webhook, they are not retried. When the connection to the gateway is lost, it is opened again and continues after the last event.
Events are printed to standard output; everything else, the secret too, to standard error.
`

/** Where and how events are forwarded. */
export interface Forwarding {
  url: string
  dialect: string
  format: HookFormat
  /** Undefined: a new one for this run. */
  secret: string | undefined
}

/** What was asked for. */
export interface ListenOptions {
  access: Access
  /** Undefined: all that may be read. */
  kinds: EventKind[] | undefined
  /** A cursor, or `start`; undefined: from now on. */
  since: string | undefined
  json: boolean
  forwarding: Forwarding | undefined
}

/**
 * Reads the command line; undefined when it asks for help.
 * @throws Error that says in a sentence what is wrong with it.
 */
export function readListenOptions(
  args: string[],
  env: Record<string, string | undefined>,
): ListenOptions | undefined {
  const given = readFlags(args)
  if (given.help === true) return undefined
  const [keyName, key] =
    given.key === undefined ? ['MERIDIAN_API_KEY', env.MERIDIAN_API_KEY] : ['--key', given.key]
  const [urlName, url] =
    given.url === undefined ? ['MERIDIAN_URL', env.MERIDIAN_URL || OURS] : ['--url', given.url]
  const at = read(urlName, baseUrl, url)
  return {
    access: key ? byKey(at, read(keyName, Key, key)) : byLogin(at, env),
    kinds: given.events === undefined ? undefined : read('--events', Kinds, given.events),
    since: given.since === undefined ? undefined : readPlace(given.since),
    json: given.json === true,
    forwarding: given.forward === undefined ? undefined : readForwarding(given.forward, given),
  }
}

function readFlags(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    const { values } = parseArgs({
      args,
      options: {
        forward: text,
        events: text,
        dialect: text,
        secret: text,
        since: text,
        url: text,
        key: text,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    })
    return values
  } catch (error) {
    // Its first sentence; what follows is about options that look like arguments.
    const [problem] =
      error instanceof Error ? error.message.split(/\.?(?:\s*\n|\s(?=[A-Z])|$)/) : [String(error)]
    throw new Error(`${problem}. meridian listen --help lists what there is.`)
  }
}

function readForwarding(
  forward: string,
  { dialect: name = 'standard', secret }: { dialect?: string; secret?: string },
) {
  const known = [...formats].map(([dialect, format]) => ({
    dialect: dialect.toLowerCase(),
    format,
  }))
  const found = known.find(({ dialect }) => dialect === name.toLowerCase())
  if (found === undefined) {
    throw new Error(`--dialect must be one of ${known.map(({ dialect }) => dialect).join(', ')}.`)
  }
  const reason = secret === undefined ? undefined : found.format.whyNotSecret(secret)
  if (reason !== undefined) throw new Error(`--secret ${reason}.`)
  return { url: read('--forward', httpUrl, forward), ...found, secret }
}

// It goes into a header.
const Key = z.string().regex(/^[\x21-\x7e]+$/, 'must be an API key, without spaces or line breaks')

const Kinds = z
  .string()
  .transform(names => names.split(',').map(name => name.trim()))
  .pipe(z.array(z.enum(allEventKinds, `must be some of ${allEventKinds.join(', ')}, with commas`)))

function read<T extends z.ZodType>(name: string, schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw new Error(`${name} ${result.error.issues[0]?.message}.`)
  return result.data
}

function readPlace(since: string): string {
  try {
    readCursor(since, '--since')
    return since
  } catch (error) {
    if (error instanceof ApiError)
      throw new Error('--since must be start, or a cursor that an event came with.')
    throw error
  }
}
