import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { RoutingForm } from '../db/generated/client/client.ts'
import { ApiError, invalidFields, notFound } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { findSeen, type Question, Questions, questionsOf, withKeys } from '../event-types/index.ts'
import { newUid } from '../ids.ts'
import { parse, text } from '../validation.ts'
import { Result, type Route, Routes, resultOf, routesOf } from './routes.ts'

const MAX_FORMS = 100

const Form = z.object({
  name: text(200),
  isPublished: z.boolean(),
  questions: Questions,
  routes: Routes,
  fallback: Result,
})

const NewForm = Form.extend({
  isPublished: Form.shape.isPublished.nullish().transform(given => given ?? false),
  routes: Routes.nullish().transform(given => given ?? []),
})

const Changes = Form.partial().extend({ id: z.string() })

/**
 * Makes a routing form, which visitors cannot see until it is published.
 * @throws ApiError LIMIT_REACHED with 100 forms; NOT_FOUND for an event type that is neither the
 * host's nor one of their teams'; INVALID_INPUT.
 */
export async function createRoutingForm(ctx: Context, input: unknown): Promise<RoutingForm> {
  const wanted = parse(NewForm, input)
  return changeHost(ctx, hostOf(ctx), async ({ tx, hostId, now }) => {
    if ((await tx.routingForm.count({ where: { hostId } })) >= MAX_FORMS) {
      throw new ApiError('LIMIT_REACHED', `An account has at most ${MAX_FORMS} routing forms.`, {
        limit: MAX_FORMS,
      })
    }
    const questions = withKeys(wanted.questions)
    const ways = await waysOf(ctx, tx, questions, wanted)
    return tx.routingForm.create({
      data: {
        ...ways,
        uid: newUid('RoutingForm'),
        hostId,
        name: wanted.name,
        isPublished: wanted.isPublished,
        questions,
        createdAt: now,
        updatedAt: now,
      },
    })
  })
}

/**
 * Changes what the input names: questions and routes as whole lists. What was submitted stays as it
 * was.
 * @throws ApiError NOT_FOUND, for an event type that is neither the host's nor one of their teams'
 * too; INVALID_INPUT.
 */
export async function updateRoutingForm(ctx: Context, input: unknown): Promise<RoutingForm> {
  const wanted = parse(Changes, input)
  return changeHost(ctx, hostOf(ctx), async ({ tx, now }) => {
    const before = await findOwnForm(ctx, wanted.id, 'input.id', tx)
    const questions =
      wanted.questions === undefined ? questionsOf(before) : withKeys(wanted.questions)
    const ways = await waysOf(ctx, tx, questions, {
      routes: wanted.routes ?? routesOf(before),
      fallback: wanted.fallback ?? resultOf(before.fallback),
    })
    return tx.routingForm.update({
      where: { id: before.id },
      data: {
        ...ways,
        name: wanted.name,
        isPublished: wanted.isPublished,
        questions,
        updatedAt: now,
      },
    })
  })
}

/** A routing form of the viewer. @throws ApiError NOT_FOUND. */
export async function findOwnForm(
  ctx: Context,
  uid: string,
  path: string,
  db: Tx = ctx.db,
): Promise<RoutingForm> {
  const form = await db.routingForm.findUnique({ where: { uid, hostId: hostOf(ctx) } })
  if (form === null) throw notFound('routing form', path)
  return form
}

interface Ways {
  routes: Route[]
  fallback: Result
}

/**
 * Holds where a form leads against its questions and the host's event types, which it names by
 * their public ids.
 */
async function waysOf(
  ctx: Context,
  tx: Tx,
  questions: Question[],
  { routes, fallback }: Ways,
): Promise<Ways> {
  const keys = new Set(questions.map(({ key }) => key))
  const unknown = routes.flatMap(({ questionKey }, index) =>
    keys.has(questionKey)
      ? []
      : [
          {
            path: `input.routes.${index}.questionKey`,
            message: 'is the key of no question of the form',
          },
        ],
  )
  if (unknown.length > 0) throw invalidFields(unknown)
  const known = async (result: Result, path: string): Promise<Result> =>
    result.kind === 'EVENT_TYPE'
      ? {
          kind: result.kind,
          eventTypeId: (await findSeen(ctx, result.eventTypeId, `${path}.eventTypeId`, tx)).uid,
        }
      : result
  const found: Route[] = []
  for (const [index, route] of routes.entries()) {
    found.push({ ...route, result: await known(route.result, `input.routes.${index}.result`) })
  }
  return { routes: found, fallback: await known(fallback, 'input.fallback') }
}
