import { hostOf } from '../context.ts'
import type {
  RoutingForm as FormRow,
  RoutingSubmission as SubmissionRow,
} from '../db/generated/client/client.ts'
import { questionsOf } from '../event-types/index.ts'
import { Question, QuestionInput } from '../event-types/schema.ts'
import { builder } from '../graph/builder.ts'
import { ownNode } from '../graph/own-node.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import { createRoutingForm, updateRoutingForm } from './form.ts'
import { listRoutingForms, listRoutingSubmissions } from './list.ts'
import { type Result, type Route, resultKinds, resultOf, routesOf } from './routes.ts'
import { answersOf, resultFor, submitRoutingForm } from './submit.ts'

const read = { requiresScope: { scope: 'routing_forms:read' } } as const
const write = { requiresScope: { scope: 'routing_forms:write' } } as const

// They come with the row that is read anyway.
const partOfRow = { field: 1, multiplier: 1 }

const RoutingResultKind = builder.enumType('RoutingResultKind', {
  description: 'Where answers can lead.',
  values: {
    EVENT_TYPE: { description: resultKinds.EVENT_TYPE },
    URL: { description: resultKinds.URL },
    MESSAGE: { description: resultKinds.MESSAGE },
  } as const,
})

const RoutingResult = builder.objectRef<Result>('RoutingResult').implement({
  description: 'Where answers lead.',
  fields: t => ({
    kind: t.field({
      type: RoutingResultKind,
      description: 'What it is.',
      resolve: result => result.kind,
    }),
    eventTypeId: t.id({
      nullable: true,
      description: 'EVENT_TYPE: its id.',
      resolve: result => (result.kind === 'EVENT_TYPE' ? result.eventTypeId : null),
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'URL: the address.',
      resolve: result => (result.kind === 'URL' ? result.url : null),
    }),
    headline: t.string({
      nullable: true,
      description: 'MESSAGE: the words above.',
      resolve: result => (result.kind === 'MESSAGE' ? result.headline : null),
    }),
    body: t.string({
      nullable: true,
      description: 'MESSAGE: the words below.',
      resolve: result => (result.kind === 'MESSAGE' ? result.body : null),
    }),
  }),
})

const RoutingRoute = builder.objectRef<Route>('RoutingRoute').implement({
  description: 'A rule: who answers this goes there.',
  fields: t => ({
    questionKey: t.exposeID('questionKey', { description: 'Key of the question.' }),
    answer: t.exposeString('answer', { description: 'The answer; capitals make no difference.' }),
    result: t.field({
      type: RoutingResult,
      description: 'Where it leads.',
      resolve: route => route.result,
    }),
  }),
})

const RoutingForm = builder.prismaObject('RoutingForm', {
  description: 'Questions to visitors, whose answers decide where they are sent.',
  fields: t => ({
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    isPublished: t.exposeBoolean('isPublished', { description: 'Whether visitors can submit it.' }),
    questions: t.field({
      type: [Question],
      description: 'The questions, in order.',
      complexity: partOfRow,
      resolve: questionsOf,
    }),
    routes: t.field({
      type: [RoutingRoute],
      description: 'Where answers lead: the first that fits decides.',
      complexity: partOfRow,
      resolve: routesOf,
    }),
    fallback: t.field({
      type: RoutingResult,
      description: 'Where all others lead.',
      resolve: form => resultOf(form.fallback),
    }),
    resultFor: t.field({
      type: RoutingResult,
      description: 'Where some answers lead. Nothing is stored.',
      args: {
        answers: t.arg({
          type: 'JSON',
          required: true,
          description: 'An object, key of the question to answer.',
        }),
      },
      resolve: (form, { answers }) => resultFor(form, answers),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

const PublicRoutingForm = builder.objectRef<FormRow>('PublicRoutingForm').implement({
  description: 'A published routing form, as visitors see it.',
  fields: t => ({
    formId: t.exposeID('uid', { description: 'Id of the `RoutingForm`.' }),
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    questions: t.field({
      type: [Question],
      description: 'The questions, in order.',
      complexity: partOfRow,
      resolve: form => questionsOf(form).filter(({ isHidden }) => !isHidden),
    }),
  }),
})

const RoutingAnswer = builder
  .objectRef<ReturnType<typeof answersOf>[number]>('RoutingAnswer')
  .implement({
    description: 'A question with its answer, as they were.',
    fields: t => ({
      key: t.exposeID('key', { description: 'Key of the question.' }),
      question: t.exposeString('question', { description: 'The words of the question.' }),
      answer: t.exposeString('answer', {
        description: 'The answer in words; several choices stand on a line each.',
      }),
    }),
  })

const RoutingSubmission = builder.prismaObject('RoutingSubmission', {
  description: 'What a visitor answered to a routing form, and where that led.',
  fields: t => ({
    formId: t.id({
      description: 'Id of the form.',
      select: { form: { select: { uid: true } } },
      resolve: ({ form }) => form.uid,
    }),
    answers: t.field({
      type: [RoutingAnswer],
      description: 'What was answered, in the order of the questions.',
      complexity: partOfRow,
      resolve: answersOf,
    }),
    tracking: t.expose('tracking', {
      type: 'JSON',
      description: 'Campaign values that came with it.',
    }),
    result: t.field({
      type: RoutingResult,
      description: 'Where it led.',
      resolve: submission => resultOf(submission.result),
    }),
    inviteeId: t.id({
      nullable: true,
      description: 'Id of the invitee who booked by it.',
      select: { invitee: { select: { uid: true } } },
      resolve: ({ invitee }) => invitee?.uid ?? null,
    }),
    bookingId: t.id({
      nullable: true,
      description: 'Id of the booking of that invitee.',
      select: { invitee: { select: { booking: { select: { uid: true } } } } },
      resolve: ({ invitee }) => invitee?.booking.uid ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was submitted.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

builder.nodeRef(RoutingForm, {
  id: { resolve: (form: FormRow) => form.uid, description: 'Starts with `rf_`.' },
  loadWithoutCache: (id, ctx) =>
    ctx.db.routingForm.findUnique({ where: ownNode('routing_forms:read')(String(id), ctx) }),
})

builder.nodeRef(RoutingSubmission, {
  id: {
    resolve: (submission: SubmissionRow) => submission.uid,
    description: 'Starts with `rfs_`.',
  },
  loadWithoutCache: (id, ctx) =>
    ctx.db.routingSubmission.findUnique({ where: ownNode('routing_forms:read')(String(id), ctx) }),
})

const RoutingOrder = builder.enumType('RoutingOrder', {
  description: 'How a list of routing forms, or of what was submitted, runs.',
  values: {
    CREATED: { description: 'Oldest first.' },
    CREATED_DESC: { description: 'Newest first.' },
  } as const,
})

const RoutingResultInput = builder.inputType('RoutingResultInput', {
  description: 'Where answers lead: to an event type, to a page, or to words.',
  fields: t => ({
    eventTypeId: t.id({ description: 'Id of an event type of the viewer; alone.' }),
    url: t.field({ type: 'URL', description: 'Address of a page; alone.' }),
    headline: t.string({ description: 'Words, at most 200 characters; beside `body`.' }),
    body: t.string({ description: 'Words below it, at most 5000 characters.' }),
  }),
})

const RoutingRouteInput = builder.inputType('RoutingRouteInput', {
  description: 'A rule: who answers this goes there.',
  fields: t => ({
    questionKey: t.id({ required: true, description: 'Key of a question of the form.' }),
    answer: t.string({ required: true, description: 'The answer, at most 500 characters.' }),
    result: t.field({ type: RoutingResultInput, required: true, description: 'Where it leads.' }),
  }),
})

const CreateRoutingFormInput = builder.inputType('CreateRoutingFormInput', {
  description: 'A new routing form.',
  fields: t => ({
    name: t.string({ required: true, description: 'Name, at most 200 characters.' }),
    isPublished: t.boolean({ description: 'Whether visitors can submit it. Default false.' }),
    questions: t.field({
      type: [QuestionInput],
      required: true,
      description: 'The questions, at most 50.',
    }),
    routes: t.field({
      type: [RoutingRouteInput],
      description: 'Where answers lead, at most 50. Default: none.',
    }),
    fallback: t.field({
      type: RoutingResultInput,
      required: true,
      description: 'Where all others lead.',
    }),
  }),
})

const UpdateRoutingFormInput = builder.inputType('UpdateRoutingFormInput', {
  description: 'What to change of a routing form; fields that are left out stay.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the form.' }),
    name: t.string({ description: 'Name, at most 200 characters.' }),
    isPublished: t.boolean({ description: 'Whether visitors can submit it.' }),
    questions: t.field({
      type: [QuestionInput],
      description: 'Replaces all questions, at most 50.',
    }),
    routes: t.field({ type: [RoutingRouteInput], description: 'Replaces all routes, at most 50.' }),
    fallback: t.field({ type: RoutingResultInput, description: 'Where all others lead.' }),
  }),
})

const SubmitRoutingFormInput = builder.inputType('SubmitRoutingFormInput', {
  description: 'What a visitor answers.',
  fields: t => ({
    formId: t.id({ required: true, description: 'Id of a published form.' }),
    answers: t.field({
      type: 'JSON',
      required: true,
      description: 'An object, key of the question to answer.',
    }),
    tracking: t.field({ type: 'JSON', description: 'An object of campaign values.' }),
  }),
})

const RoutingFormPayload = builder.objectRef<{ form: FormRow }>('RoutingFormPayload').implement({
  description: 'The routing form after the change.',
  fields: t => ({
    form: t.field({
      type: RoutingForm,
      description: 'The form.',
      resolve: payload => payload.form,
    }),
  }),
})

const SubmitRoutingFormPayload = builder
  .objectRef<{ id: string; result: Result }>('SubmitRoutingFormPayload')
  .implement({
    description: 'Where the answers led.',
    fields: t => ({
      submissionId: t.exposeID('id', { description: 'Id of what was submitted, for `book`.' }),
      result: t.field({
        type: RoutingResult,
        description: 'Where to go.',
        resolve: payload => payload.result,
      }),
    }),
  })

builder.queryFields(t => ({
  publicRoutingForm: t.field({
    type: PublicRoutingForm,
    nullable: true,
    description: 'A published routing form; null when there is none. Public.',
    args: { formId: t.arg.id({ required: true, description: 'Id of the form.' }) },
    resolve: (_root, { formId }, ctx) =>
      ctx.db.routingForm.findUnique({ where: { uid: formId, isPublished: true } }),
  }),
  routingForm: t.prismaField({
    type: RoutingForm,
    nullable: true,
    description: 'A routing form of the viewer; null when there is none with this id.',
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the form.' }) },
    resolve: (query, _root, { id }, ctx) =>
      ctx.db.routingForm.findUnique({ ...query, where: { uid: id, hostId: hostOf(ctx) } }),
  }),
  routingForms: t.connection(
    {
      type: RoutingForm,
      description: 'Routing forms of the viewer, newest first by default.',
      directives: read,
      complexity: connectionCost,
      args: { orderBy: t.arg({ type: RoutingOrder, description: 'In which order.' }) },
      resolve: (_root, args, ctx) => listRoutingForms(ctx, args),
    },
    {
      name: 'RoutingFormConnection',
      description: 'A page of routing forms.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'RoutingFormEdge', description: 'A routing form in its place.' },
  ),
  routingSubmission: t.prismaField({
    type: RoutingSubmission,
    nullable: true,
    description:
      'What was submitted to a form of the viewer; null when there is nothing with this id.',
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of what was submitted.' }) },
    resolve: (query, _root, { id }, ctx) =>
      ctx.db.routingSubmission.findUnique({ ...query, where: { uid: id, hostId: hostOf(ctx) } }),
  }),
  routingSubmissions: t.connection(
    {
      type: RoutingSubmission,
      description: 'What was submitted to a routing form of the viewer, newest first by default.',
      directives: read,
      complexity: connectionCost,
      args: {
        formId: t.arg.id({ required: true, description: 'Id of the form.' }),
        orderBy: t.arg({ type: RoutingOrder, description: 'In which order.' }),
      },
      resolve: (_root, args, ctx) => listRoutingSubmissions(ctx, args),
    },
    {
      name: 'RoutingSubmissionConnection',
      description: 'A page of what was submitted.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'RoutingSubmissionEdge', description: 'What was submitted in its place.' },
  ),
}))

builder.mutationFields(t => ({
  createRoutingForm: t.field({
    type: RoutingFormPayload,
    description: 'Makes a routing form of the viewer.',
    directives: write,
    args: {
      input: t.arg({ type: CreateRoutingFormInput, required: true, description: 'The new form.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ form: await createRoutingForm(ctx, input) }),
  }),
  updateRoutingForm: t.field({
    type: RoutingFormPayload,
    description:
      'Changes a routing form of the viewer, or publishes it. What was submitted stays as it was.',
    directives: write,
    args: {
      input: t.arg({
        type: UpdateRoutingFormInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ form: await updateRoutingForm(ctx, input) }),
  }),
  submitRoutingForm: t.field({
    type: SubmitRoutingFormPayload,
    description:
      'Submits answers to a published routing form, and returns where they lead. Public. At most 30 per minute and IP address.',
    args: {
      input: t.arg({ type: SubmitRoutingFormInput, required: true, description: 'The answers.' }),
    },
    resolve: async (_root, { input }, ctx) => {
      const { uid, result } = await submitRoutingForm(ctx, input)
      return { id: uid, result: resultOf(result) }
    },
  }),
}))
