import { z } from 'zod'
import type { Answer } from '../event-types/index.ts'
import { httpUrl, text } from '../validation.ts'

/** Where answers can lead. */
export const resultKinds = {
  EVENT_TYPE: 'To an event type of the host, to book it.',
  URL: 'To another page.',
  MESSAGE: 'To words that are shown.',
} as const

export type ResultKind = keyof typeof resultKinds

const problems = 'must name an event type, a url, or a headline and a body'

/** Where answers lead: one of three. */
export const Result = z
  .object({
    eventTypeId: z.string().nullish(),
    url: httpUrl.nullish(),
    headline: text(200).nullish(),
    body: text(5000).nullish(),
  })
  .transform(({ eventTypeId, url, headline, body }, refine): Result => {
    const found: Result[] = []
    if (eventTypeId != null) found.push({ kind: 'EVENT_TYPE', eventTypeId })
    if (url != null) found.push({ kind: 'URL', url })
    if (headline != null && body != null) found.push({ kind: 'MESSAGE', headline, body })
    const [one, ...others] = found
    const isHalf = (headline == null) !== (body == null)
    if (one !== undefined && others.length === 0 && !isHalf) return one
    refine.addIssue({ code: 'custom', message: problems })
    return z.NEVER
  })

export type Result =
  /** By its public id. */
  | { kind: 'EVENT_TYPE'; eventTypeId: string }
  | { kind: 'URL'; url: string }
  | { kind: 'MESSAGE'; headline: string; body: string }

const MAX_ROUTES = 50

/** A rule: who answers this goes there. */
export const Routes = z
  .array(z.object({ questionKey: z.string(), answer: text(500), result: Result }))
  .max(MAX_ROUTES, `must have at most ${MAX_ROUTES} entries`)

export type Route = z.output<typeof Routes>[number]

const StoredResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('EVENT_TYPE'), eventTypeId: z.string() }),
  z.object({ kind: z.literal('URL'), url: z.string() }),
  z.object({ kind: z.literal('MESSAGE'), headline: z.string(), body: z.string() }),
])

const StoredRoutes = z.array(
  z.object({ questionKey: z.string(), answer: z.string(), result: StoredResult }),
)

/** The result of a row. */
export const resultOf = (stored: unknown): Result => StoredResult.parse(stored)

/** The routes of a row, in order. */
export const routesOf = (form: { routes: unknown }): Route[] => StoredRoutes.parse(form.routes)

/**
 * Where answers lead: by the first route that fits, else by the fallback. Capitals make no
 * difference.
 */
export function decide(
  form: { routes: unknown; fallback: unknown },
  answers: Record<string, Answer>,
): Result {
  const route = routesOf(form).find(({ questionKey, answer }) =>
    isAnswer(answers[questionKey], answer),
  )
  return route?.result ?? resultOf(form.fallback)
}

function isAnswer(given: Answer | undefined, wanted: string): boolean {
  if (Array.isArray(given)) return given.some(each => isAnswer(each, wanted))
  return given !== undefined && String(given).toLowerCase() === wanted.toLowerCase()
}
