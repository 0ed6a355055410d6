import { type Context, hostOf } from '../context.ts'
import { type Place, readCursor } from '../event-log/cursor.ts'
import { follow } from '../event-log/feed.ts'
import type { EventKind as Kind } from '../event-log/kinds.ts'
import { EventKind } from '../event-log/schema.ts'
import { findSeen } from '../event-types/index.ts'
import { builder } from '../graph/builder.ts'
import { BookingEvent, kindsAsked } from './graphql/booking-event.ts'

interface Asked {
  types?: Kind[] | null | undefined
  eventTypeId?: string | null | undefined
  after?: string | null | undefined
}

/** The viewer's events of the asked kinds. Those of contacts take the scope for contacts. */
async function followOwn(ctx: Context, { types, eventTypeId, after }: Asked) {
  const kinds = kindsAsked(ctx, types)
  const eventType =
    eventTypeId == null ? undefined : await findSeen(ctx, eventTypeId, 'eventTypeId')
  return follow(ctx, {
    hostId: hostOf(ctx),
    kinds,
    eventTypeId: eventType?.id,
    after: placeAfter(ctx, after),
  })
}

/**
 * Where to begin: after the event that the client says it received last, else after the one that
 * the argument names.
 */
function placeAfter({ lastEventId }: Context, after: string | null | undefined): Place | undefined {
  if (lastEventId !== undefined) return readCursor(lastEventId, 'lastEventId')
  return after == null ? undefined : readCursor(after, 'after')
}

builder.subscriptionFields(t => ({
  bookingEvents: t.field({
    type: BookingEvent,
    description:
      'Events of the viewer, each once and in order. With `after`, events since that cursor come first, so that none is lost. After a reconnect, subscribe with the cursor of the last event that was received: a client that repeats its first `after` by itself, as graphql-ws does unless `retryAttempts` is 0, receives events twice or misses some. The header `Last-Event-ID` (SSE) and the connection parameter `lastEventId` (websockets) take precedence over `after`. A cursor that is not in the log of the viewer is refused with CURSOR_UNKNOWN. When an event cannot be read because of a failure, or the credential ends, the subscription ends with an error: resume after the last cursor.',
    directives: { requiresScope: { scope: 'bookings:read' } },
    args: {
      types: t.arg({
        type: [EventKind],
        description: 'Kinds to follow. By default all except those of event types.',
      }),
      eventTypeId: t.arg.id({ description: 'Only events of this event type.' }),
      after: t.arg.string({
        description: 'Cursor of the last event that was seen; `start` for the whole log.',
      }),
    },
    subscribe: (_root, args, ctx) => followOwn(ctx, args),
    resolve: event => event,
  }),
}))
