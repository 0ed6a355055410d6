import { Host } from '../accounts/schema.ts'
import { type Context, requireScope } from '../context.ts'
import type { EventType as EventTypeRow, User } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { mapMaybePromise } from '../graph/map-maybe-promise.ts'
import { mapValues } from '../map-values.ts'
import { Schedule } from '../schedules/schema.ts'
import { isAdminOver } from '../teams/organization.ts'
import { membershipOf } from '../teams/policy.ts'
import { Team } from '../teams/schema.ts'
import { bookableWheres, findToRead, firstFound } from './find.ts'
import { bookingLimitsOf, type Limits, minuteLimitsOf } from './limits.ts'
import { type LocationView, locationKinds, locationsOf, publicLocation } from './location.ts'
import { type Question as QuestionValue, questionKinds, questionsOf } from './question.ts'
import { type Recurrence as RecurrenceValue, recurrenceOf } from './recurrence.ts'
import { flagSettings, numberSettings, optionalNumberSettings } from './scalar-settings.ts'
import { type BookingWindow as BookingWindowValue, windowOf } from './window.ts'

export const LocationKind = builder.enumType('LocationKind', {
  description: 'Where a meeting can be.',
  values: {
    IN_PERSON: { description: locationKinds.IN_PERSON },
    PHONE_HOST: { description: locationKinds.PHONE_HOST },
    PHONE_INVITEE: { description: locationKinds.PHONE_INVITEE },
    ADDRESS_INVITEE: { description: locationKinds.ADDRESS_INVITEE },
    VIDEO: { description: locationKinds.VIDEO },
    LINK: { description: locationKinds.LINK },
    CUSTOM: { description: locationKinds.CUSTOM },
    ASK_INVITEE: { description: locationKinds.ASK_INVITEE },
  } as const,
})

export const QuestionKind = builder.enumType('QuestionKind', {
  description: 'The type of the answer.',
  values: {
    TEXT: { description: questionKinds.TEXT },
    LONG_TEXT: { description: questionKinds.LONG_TEXT },
    NUMBER: { description: questionKinds.NUMBER },
    BOOLEAN: { description: questionKinds.BOOLEAN },
    SELECT: { description: questionKinds.SELECT },
    RADIO: { description: questionKinds.RADIO },
    MULTI_SELECT: { description: questionKinds.MULTI_SELECT },
    CHECKBOXES: { description: questionKinds.CHECKBOXES },
    PHONE: { description: questionKinds.PHONE },
    EMAIL: { description: questionKinds.EMAIL },
    EMAILS: { description: questionKinds.EMAILS },
    URL: { description: questionKinds.URL },
    DATE: { description: questionKinds.DATE },
    ADDRESS: { description: questionKinds.ADDRESS },
  } as const,
})

export const ConfirmationPolicy = builder.enumType('ConfirmationPolicy', {
  description: 'Whether the host approves bookings.',
  values: {
    NEVER: { description: 'A booking is confirmed at once.' },
    ALWAYS: { description: 'The host approves each.' },
    WITHIN_NOTICE: {
      description:
        'The host approves those that start sooner than `confirmationNoticeMinutes` from now.',
    },
  } as const,
})

export const Scheduling = builder.enumType('Scheduling', {
  description: "Who attends the bookings of a team's event type.",
  values: {
    COLLECTIVE: { description: 'All of its hosts: a start is free when all are.' },
    ROUND_ROBIN: {
      description: 'Its fixed hosts, and one of the others: a start is free when one of them is.',
    },
  } as const,
})

export const SlotGrid = builder.enumType('SlotGrid', {
  description: 'Where start times stand.',
  values: {
    OPENING: { description: 'At the opening of the hours, and then every interval.' },
    VIEWER_CLOCK: { description: "On round minutes of the viewer's hour." },
  } as const,
})

export const BookingWindowKind = builder.enumType('BookingWindowKind', {
  description: 'How a booking window is measured.',
  values: {
    UNLIMITED: { description: 'No end.' },
    DAYS: { description: 'Today and so many days after it.' },
    BUSINESS_DAYS: { description: 'The same, with weekends offered but not counted.' },
    RANGE: { description: 'From one day to another.' },
  } as const,
})

export const Frequency = builder.enumType('Frequency', {
  description: 'How a series repeats, in the time zone of the invitee.',
  values: {
    WEEKLY: { description: 'On the same day of the week.' },
    MONTHLY: { description: 'On the same day of the month, or its last where that is shorter.' },
    YEARLY: { description: 'On the same day of the year.' },
  } as const,
})

const Recurrence = builder.objectRef<RecurrenceValue>('Recurrence').implement({
  description: 'How meetings can be booked as a series.',
  fields: t => ({
    frequency: t.field({
      type: Frequency,
      description: 'What the interval counts.',
      resolve: r => r.frequency,
    }),
    interval: t.exposeInt('interval', { description: 'From one meeting to the next.' }),
    count: t.exposeInt('count', { description: 'How many meetings at most.' }),
  }),
})

const BookingWindow = builder.objectRef<BookingWindowValue>('BookingWindow').implement({
  description: 'How far ahead an event type can be booked.',
  fields: t => ({
    kind: t.field({
      type: BookingWindowKind,
      description: 'How it is measured.',
      resolve: window => window.kind,
    }),
    days: t.int({
      nullable: true,
      description:
        "Days after today of the viewer's calendar; null for the kinds that do not count.",
      resolve: window => ('days' in window ? window.days : null),
    }),
    rolling: t.boolean({
      description: 'Whether only days that have something to offer count, today among them.',
      resolve: window => 'days' in window && window.rolling,
    }),
    firstDay: t.field({
      type: 'Date',
      nullable: true,
      description: "First day of a range, in the schedule's zone; null for the other kinds.",
      resolve: window => ('firstDay' in window ? window.firstDay : null),
    }),
    lastDay: t.field({
      type: 'Date',
      nullable: true,
      description:
        "Last day of a range, in the schedule's zone, included; null for the other kinds.",
      resolve: window => ('lastDay' in window ? window.lastDay : null),
    }),
  }),
})

const BookingLimits = builder.objectRef<Limits>('BookingLimits').implement({
  description: "Ceilings for the periods of the schedule's calendar; weeks start on Monday.",
  fields: t => ({
    perDay: t.exposeInt('perDay', {
      nullable: true,
      description: 'At most so much a day; null: no ceiling.',
    }),
    perWeek: t.exposeInt('perWeek', {
      nullable: true,
      description: 'At most so much a week; null: no ceiling.',
    }),
    perMonth: t.exposeInt('perMonth', {
      nullable: true,
      description: 'At most so much a month; null: no ceiling.',
    }),
    perYear: t.exposeInt('perYear', {
      nullable: true,
      description: 'At most so much a year; null: no ceiling.',
    }),
  }),
})

export const Location = builder.objectRef<LocationView>('Location').implement({
  description: 'Where a meeting is: offered by an event type, or chosen for a booking.',
  fields: t => ({
    kind: t.field({
      type: LocationKind,
      description: 'The kind, which determines the other fields.',
      resolve: l => l.kind,
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'Address of IN_PERSON; of ADDRESS_INVITEE once it is chosen.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description:
        'Telephone number of PHONE_HOST, where the host gave one; of PHONE_INVITEE once it is chosen.',
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'Words of CUSTOM, where the host gave some; of ASK_INVITEE once it is chosen.',
    }),
    url: t.expose('url', {
      type: 'URL',
      nullable: true,
      description: 'Web address of LINK; of VIDEO, where there is one.',
    }),
    provider: t.exposeString('provider', {
      nullable: true,
      description:
        'Provider of VIDEO, such as `google_meet`, `zoom`, `teams`, `webex`, `gotomeeting` or `cal_video`.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Additional information, such as directions.',
    }),
    isPublic: t.exposeBoolean('isPublic', {
      description: 'False: before booking, others see only the kind and the provider.',
    }),
  }),
})

export const Question = builder.objectRef<QuestionValue>('Question').implement({
  description: 'A question to the invitee.',
  fields: t => ({
    key: t.exposeID('key', {
      description: 'Name of its answer; unique within the event type, and stable.',
    }),
    label: t.exposeString('label', { description: 'The words of the question.' }),
    kind: t.field({
      type: QuestionKind,
      description: 'The type of the answer.',
      resolve: question => question.kind,
    }),
    required: t.exposeBoolean('required', { description: 'Whether it must be answered.' }),
    options: t.exposeStringList('options', {
      description: 'What can be chosen; empty for kinds without a choice.',
    }),
    allowOther: t.exposeBoolean('allowOther', {
      description: 'Whether words of their own serve as an option.',
    }),
    placeholder: t.exposeString('placeholder', {
      nullable: true,
      description: 'Shown while there is no answer.',
    }),
    isHidden: t.exposeBoolean('isHidden', {
      description:
        'Whether it is not asked: it can be answered, need not be, and only the host sees it listed.',
    }),
    disableOnPrefill: t.exposeBoolean('disableOnPrefill', {
      description: 'Whether a prefilled answer cannot be changed in the form.',
    }),
  }),
})

// They come with the row that is read anyway.
const partOfRow = { field: 1, multiplier: 1 }

/**
 * Whether the viewer sees an event type from within: its host, a member of its team, or an admin of
 * its host's organization.
 */
export function isInside(
  row: { hostId: number | null; teamId: number | null },
  ctx: Context,
): boolean | Promise<boolean> {
  if (ctx.viewer === null || !ctx.viewer.scopes.has('event_types:read')) return false
  if (row.teamId === null)
    return ctx.viewer.userId === row.hostId || isAdminOver(ctx, row.hostId ?? 0)
  return membershipOf(ctx, row.teamId).then(membership => membership !== null)
}

interface HostView {
  host: User
  /** Null for the host of their own. */
  teamId: number | null
  isFixed: boolean
  priority: number
  weight: number
}

const EventTypeHost = builder.objectRef<HostView>('EventTypeHost').implement({
  description: 'Somebody whom an event type can book.',
  fields: t => ({
    user: t.field({ type: Host, description: 'Who.', resolve: ({ host }) => host }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description:
        'Their address, for themselves and, with the scope teams:read, for members of the team; null to others.',
      resolve: async ({ host, teamId }, _args, ctx) => {
        if (ctx.viewer?.userId === host.id) return host.email
        const mayAsk = teamId !== null && ctx.viewer?.scopes.has('teams:read') === true
        return mayAsk && (await membershipOf(ctx, teamId)) !== null ? host.email : null
      },
    }),
    isFixed: t.exposeBoolean('isFixed', { description: 'Whether they attend every booking.' }),
    priority: t.exposeInt('priority', {
      description: 'A round robin chooses the highest first, 0 to 4.',
    }),
    weight: t.exposeInt('weight', {
      description: 'Their share of a round robin, among those of their priority.',
    }),
  }),
})

/** The host alone, or those of a team. */
async function hostsOf(row: EventTypeRow, ctx: Context): Promise<HostView[]> {
  if (row.hostId !== null) {
    const host = await ctx.db.user.findUniqueOrThrow({ where: { id: row.hostId } })
    return [{ host, teamId: null, isFixed: true, priority: 2, weight: 100 }]
  }
  const hosts = await ctx.db.eventTypeHost.findMany({
    where: { eventTypeId: row.id },
    include: { host: true },
    orderBy: { hostId: 'asc' },
  })
  return hosts.map(each => ({
    ...each,
    teamId: row.teamId,
    isFixed: each.isFixed || row.scheduling === 'COLLECTIVE',
  }))
}

export const EventType = builder.prismaObject('EventType', {
  description: 'What can be booked: a length, the hours, the rules and the questions.',
  fields: t => ({
    ...mapValues(numberSettings, ({ text }, name) => t.exposeInt(name, { description: text })),
    ...mapValues(optionalNumberSettings, ({ text, unset }, name) =>
      t.exposeInt(name, { nullable: true, description: `${text} Null: ${unset}` }),
    ),
    ...mapValues(flagSettings, ({ text }, name) => t.exposeBoolean(name, { description: text })),
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    host: t.relation('host', {
      type: Host,
      nullable: true,
      description: 'The owning host. Null for an event type of a team.',
    }),
    team: t.relation('team', {
      type: Team,
      nullable: true,
      description: 'The owning team. Null for an event type of a host.',
    }),
    scheduling: t.expose('scheduling', {
      type: Scheduling,
      nullable: true,
      description: "Who attends its bookings; null for a host's own.",
    }),
    hosts: t.field({
      type: [EventTypeHost],
      description: 'Whom it can book: its host, or at most 100 of a team.',
      complexity: { field: 1, multiplier: 5 },
      resolve: (row, _args, ctx) => hostsOf(row, ctx),
    }),
    name: t.exposeString('name', { description: 'Title of the event type.' }),
    slug: t.exposeString('slug', {
      description: 'Last segment of its link; unique among those not archived.',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the meeting is about.',
    }),
    schedulingUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Link to book it; null where there is no booking page.',
      select: {
        slug: true,
        host: { select: { page: { select: { slug: true } } } },
        team: { select: { page: { select: { slug: true } } } },
      },
      resolve: ({ slug, host, team }, _args, ctx) => {
        const page = host?.page ?? team?.page
        return page && `${ctx.publicUrl}/${page.slug}/${slug}`
      },
    }),
    color: t.exposeString('color', { description: '`#rrggbb`.' }),
    position: t.exposeInt('position', { description: 'Order on the booking page, from 0.' }),
    isOneOff: t.exposeBoolean('isOneOff', { description: 'Whether it was made for one occasion.' }),
    durationMinutes: t.exposeInt('durationMinutes', {
      description: 'Standard duration of a booking, in minutes.',
    }),
    durationOptions: t.exposeIntList('durationOptions', {
      description:
        'Every length in minutes that can be chosen, ascending, `durationMinutes` among them.',
    }),
    locations: t.field({
      type: [Location],
      description: 'Possible locations. The first one is the default.',
      complexity: partOfRow,
      resolve: (row, _args, ctx) => {
        const locations = locationsOf(row)
        return mapMaybePromise(isInside(row, ctx), sees =>
          sees ? locations : locations.map(publicLocation),
        )
      },
    }),
    questions: t.field({
      type: [Question],
      description: 'Questions to the invitee, in order.',
      complexity: partOfRow,
      resolve: (row, _args, ctx) =>
        mapMaybePromise(isInside(row, ctx), sees =>
          questionsOf(row).filter(question => !question.isHidden || sees),
        ),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: "An object of the host's own programs; null for others.",
      resolve: (row, _args, ctx) =>
        mapMaybePromise(isInside(row, ctx), sees => (sees ? row.metadata : null)),
    }),
    display: t.expose('display', {
      type: 'JSON',
      description: 'A JSON object for pages that show the event type. Public.',
    }),
    schedule: t.field({
      type: Schedule,
      nullable: true,
      description:
        'Its own hours; null when it has the default ones, and for others. The host needs the scope `availability:read`.',
      select: (_args, _ctx, nestedSelection) => ({
        hostId: true,
        teamId: true,
        schedule: nestedSelection(true),
      }),
      resolve: async (row, _args, ctx) => {
        if (!(await isInside(row, ctx))) return null
        requireScope(ctx, 'availability:read')
        return row.schedule
      },
    }),
    scheduleId: t.id({
      nullable: true,
      description: 'Id of its own schedule; null when it has the default one, and for others.',
      select: { hostId: true, teamId: true, schedule: { select: { uid: true } } },
      resolve: (row, _args, ctx) =>
        mapMaybePromise(isInside(row, ctx), sees => (sees ? (row.schedule?.uid ?? null) : null)),
    }),
    scheduleDatabaseId: t.int({
      nullable: true,
      description:
        'Integer id of its own schedule, for dialects that document one; null as `scheduleId` is.',
      resolve: (row, _args, ctx) =>
        mapMaybePromise(isInside(row, ctx), sees => (sees ? row.scheduleId : null)),
    }),
    slotGrid: t.expose('slotGrid', { type: SlotGrid, description: 'Where start times stand.' }),
    bookingWindow: t.field({
      type: BookingWindow,
      description: 'How far ahead it can be booked.',
      resolve: windowOf,
    }),
    bookingLimits: t.field({
      type: BookingLimits,
      description: 'How often it can be booked in a period.',
      resolve: bookingLimitsOf,
    }),
    minuteLimits: t.field({
      type: BookingLimits,
      description: 'How many minutes of it can be booked in a period.',
      resolve: minuteLimitsOf,
    }),
    confirmation: t.expose('confirmation', {
      type: ConfirmationPolicy,
      description: 'Whether the host approves bookings.',
    }),
    recurrence: t.field({
      type: Recurrence,
      nullable: true,
      description: 'How meetings can be booked as a series; null: they cannot.',
      resolve: recurrenceOf,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was taken out of use for good; null: it was not.',
    }),
  }),
})

// Not prismaNode: it asks what `node(id)` asks also before it reads a relation of a row at hand,
// such as the event type of an invitee's booking.
builder.nodeRef(EventType, {
  id: { resolve: (eventType: EventTypeRow) => eventType.uid, description: 'Starts with `et_`.' },
  // Visitors get what a booking link leads to.
  loadWithoutCache: async (id, ctx) => {
    const seen = ctx.viewer?.scopes.has('event_types:read')
      ? await findToRead(ctx, String(id))
      : null
    const bookable = bookableWheres(ctx, { id: String(id) }, 'id')
    return seen ?? firstFound(bookable, where => ctx.db.eventType.findFirst({ where }))
  },
})
