// How Calendo writes values: its contract, section "Shapes".

import { z } from 'zod'

/** A yes or no, as it answers them. */
export const Flag = z.literal([0, 1])

export const flag = (isSo: boolean): z.input<typeof Flag> => (isSo ? 1 : 0)

/** A yes or no, as it takes them: its own 0 and 1 too. */
export const truth = z.union([z.boolean(), Flag], 'must be true or false').transform(Boolean)

/** A list, or the JSON text of one: it answers lists of hours as text. */
export const listOrText = <Form extends z.ZodType>(form: Form) =>
  z.preprocess(given => (typeof given === 'string' ? parsedOr(given) : given), z.array(form))

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A whole number between two bounds, both allowed. */
export const whole = (min: number, max: number) =>
  z
    // What is missing is told by the frame.
    .int({ error: ({ input }) => (input === undefined ? undefined : 'must be a whole number') })
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

/** A time as it answers it. */
export const Time = z.string().meta({ description: '`YYYY-MM-DD HH:MM:SS`, UTC.' })

/** `2026-03-10T14:00:00.000Z` as it writes the times of rows, in UTC. */
export const time = (instant: string): string => instant.slice(0, 19).replace('T', ' ')

/** An instant as the graph reads it: its own way of writing times is taken too. */
export const instantFrom = (text: string): string =>
  text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z')

export const id = z.int().meta({ description: 'Its number.' })

/** The parameter of routes that name one thing. What is no number names nothing. */
export const byId = (what: string) =>
  z.object({ id: z.string().meta({ type: 'integer', description: `Id of the ${what}.` }) })

export const Ok = z.object({ ok: z.literal(true) }).meta({ id: 'Ok' })

export const ok = { ok: true } as const

interface Page {
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

/** Where the page after this one begins. */
export const after = ({ pageInfo }: Page): { after: string | null } | undefined =>
  pageInfo.hasNextPage ? { after: pageInfo.endCursor } : undefined

/** Hours of a day `HH:MM`, by the clock of a zone. */
export function clockIn(timeZone: string): (instant: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return instant => format.format(new Date(instant))
}
