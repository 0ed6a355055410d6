import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Prisma, RoutingForm, RoutingSubmission } from '../db/generated/client/client.ts'
import { type FieldProblem, invalidFields, notFound } from '../errors.ts'
import { changeHost, type SharedChange } from '../event-log/transaction.ts'
import { type Answer, parseAnswers, type Question, questionsOf } from '../event-types/index.ts'
import { newUid } from '../ids.ts'
import { jsonObject, tryParse } from '../validation.ts'
import { decide, type Result, resultOf } from './routes.ts'

const Submitted = z.object({ formId: z.string(), tracking: jsonObject.nullish() })

const Answers = z.object({ answers: z.unknown() })

/** A question with its answer, both in words. */
export const AnsweredQuestions = z.array(
  z.object({ key: z.string(), question: z.string(), answer: z.string() }),
)

type AnsweredQuestions = z.output<typeof AnsweredQuestions>

/** The answers of a row. */
export const answersOf = (row: { answers: unknown }): AnsweredQuestions =>
  AnsweredQuestions.parse(row.answers)

/**
 * Stores a visitor's answers to a published form, decides where they lead, and notifies the host.
 * Public.
 * @throws ApiError NOT_FOUND for a form that is missing or not published; INVALID_INPUT;
 * RATE_LIMITED.
 */
export async function submitRoutingForm(ctx: Context, input: unknown): Promise<RoutingSubmission> {
  await ctx.limits.take('formSubmissions', ctx.clientAddress)
  const problems: FieldProblem[] = []
  const wanted = tryParse(Submitted, input, 'input', problems)?.value
  if (wanted === undefined) throw invalidFields(problems)
  const { hostId } = await findPublished(ctx.db, wanted.formId)
  return changeHost(ctx, hostId, async ({ tx, now, emit }) => {
    const form = await findPublished(tx, wanted.formId)
    const { answers, problems } = parseAnswers(form.questions, Answers.parse(input).answers)
    if (problems.length > 0) throw invalidFields(problems)
    const submission = await tx.routingSubmission.create({
      data: {
        uid: newUid('RoutingSubmission'),
        hostId,
        formId: form.id,
        answers: inWords(questionsOf(form), answers),
        tracking: wanted.tracking ?? {},
        result: decide(form, answers),
        createdAt: now,
        updatedAt: now,
      },
    })
    emit({
      kind: 'ROUTING_FORM_SUBMITTED',
      data: {
        form: { id: form.uid, name: form.name },
        submission: {
          id: submission.uid,
          answers: answersOf(submission),
          tracking: submission.tracking,
          result: resultOf(submission.result),
          createdAt: submission.createdAt.toISOString(),
        },
      },
    })
    return submission
  })
}

/**
 * Where answers to a form lead.
 * @throws ApiError INVALID_INPUT for answers that do not match its questions.
 */
export function resultFor(form: RoutingForm, given: unknown): Result {
  const { answers, problems } = parseAnswers(form.questions, given, 'answers')
  if (problems.length > 0) throw invalidFields(problems)
  return decide(form, answers)
}

async function findPublished(
  db: { routingForm: Prisma.TransactionClient['routingForm'] },
  uid: string,
) {
  const form = await db.routingForm.findUnique({ where: { uid, isPublished: true } })
  if (form === null) throw notFound('routing form', 'input.formId')
  return form
}

const inWords = (questions: Question[], answers: Record<string, Answer>): AnsweredQuestions =>
  questions.flatMap(({ key, label }) => {
    const answer = answers[key]
    return answer === undefined
      ? []
      : [{ key, question: label, answer: [answer].flat().join('\n') }]
  })

/**
 * Notes who booked by a submission, in the transaction of the booking. One that is unknown, used
 * already, or of others than the hosts of the event type is left.
 */
export async function noteSubmitter(
  { tx, now }: SharedChange,
  hosts: readonly { hostId: number }[],
  uid: string,
  inviteeId: number,
): Promise<void> {
  await tx.routingSubmission.updateMany({
    where: { uid, hostId: { in: hosts.map(host => host.hostId) }, inviteeId: null },
    data: { inviteeId, updatedAt: now },
  })
}
