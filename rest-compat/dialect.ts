// What a REST dialect is. A route is a request, read → a typed document, run in process as the
// caller → an answer, shaped. Rules, scopes and masking are those of the graph; a dialect has
// words, statuses and limits of its own, and nothing else.

import type { DocumentNode } from 'graphql'
import { z } from 'zod'
import { CallError, callError } from '../src/graph/call-error.ts'
import type { ExecuteDocument, TypedDocument } from '../src/graph/typed.ts'
import type { Presented } from '../src/http/authenticate.ts'
import type { Counted } from '../src/rate-limits/limiter.ts'
import type { Limit } from '../src/rate-limits/table.ts'
import { underOwnNames } from './rename-fields.ts'
import { type Arrival, type Incoming, type Reads, read } from './request-shape.ts'

/** Who makes a request. */
export interface Caller {
  /** Whose account it acts for; null: nobody's. */
  accountId: number | null
  /** What it came with; null as the account is. */
  credential: Credential | null
  /** What the credential may do. */
  scopes: ReadonlySet<string>
  /** Asks the graph as them. */
  execute: ExecuteDocument
}

export interface VersionHeader {
  name: string
  /** All that the dialect knows. */
  known: readonly string[]
  /** The version of who sends none, or one that is not known. */
  unlessGiven: string
}

/** A credential, without its secret. */
export interface Credential {
  kind: 'session' | 'apiKey' | 'accessToken' | 'platformClient' | 'managedToken'
  id: number
}

export interface Dialect {
  /** Title of its OpenAPI document, such as `CalendarPA`. */
  title: string
  version: string
  /** How to use it, in paragraphs. */
  description: string
  /**
   * Where its routes stand, without a slash at the end: each base has all of them, and
   * `/openapi.json` and `/docs`. At `/`, which it shares with others, only what begins with the
   * first segment of one of its routes is its own.
   */
  bases: readonly [main: string, ...aliases: string[]]
  /** What of a request says whose it is. @param path of the request, with the base */
  presented(header: (name: string) => string | undefined, path: string): Presented
  /**
   * The same for the reference: security schemes of OpenAPI by their names, each of which will do.
   */
  security: Record<string, Record<string, unknown>>
  /** For each account, on all its routes together; for who is nobody, for each address. */
  limit: Limit
  /** For each address, on routes for anyone; `limit` unless given. */
  publicLimit?: Limit
  /**
   * How answers say where the caller stands; `X-RateLimit-Reset` is an instant in Unix seconds
   * unless given.
   */
  limitHeaders?(counted: Counted, now: Date): Record<string, string>
  /** What they mean, for the reference; as usual unless given. */
  limitHeaderMeanings?: Record<string, string>
  /**
   * Asked of an account now and then, its first request included; unless given, all may come in.
   * @throws CallError when it may not.
   */
  admit?(caller: Caller): Promise<void>
  /** By which callers choose a version of a route, for dialects that have routes in several. */
  versionHeader?: VersionHeader
  /**
   * Limits of callers by what they came with, in place of `limit`; each credential is counted by
   * itself then.
   */
  credentialLimits?: Record<Credential['kind'], Limit>
  /**
   * Whether bodies may be forms (application/x-www-form-urlencoded); its routes get them as a
   * `Form`.
   */
  readsForms?: true
  /** How it says that a request was refused: every code of the graph has an answer in its words. */
  refusal(refused: CallError, asked: Asked): ErrorResponse
  /** The form of those answers, for the reference. */
  errorSchema: z.ZodType
  /** Their statuses, each with when it comes, for the reference. */
  errorStatuses: Record<number, string>
  routes: readonly Route[]
}

/** The request that was refused. */
export interface Asked extends Arrival {
  header(name: string): string | undefined
}

/** A refusal as it goes out. */
export interface ErrorResponse {
  status: number
  body: unknown
  /** Besides Retry-After, which each has that says when to come back. */
  headers?: Record<string, string>
}

/** What of a route the router needs, and the reference tells. */
interface About {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base, with parameters as `/bookings/:id`. */
  path: string
  /** Its name in the reference, unique in the dialect: `listBookings`. */
  name: string
  /** One line. */
  summary: string
  /** The heading that it stands under in the reference. */
  group: string
  /** Whether it needs no credential, and regards none. */
  forAnyone?: true
  /**
   * Whether it needs no credential, but acts for who brings one; one that is not valid is refused.
   */
  optionalAuth?: true
  /**
   * The versions that have it, where the dialect has versions; unless given, all. Of routes with
   * one method and path the one answers that has the version which the caller wants.
   */
  versions?: readonly [string, ...string[]]
  /**
   * The scope that it takes. The graph holds to it; a caller without it is told so before anything
   * else is wrong.
   */
  scope?: string
  /** A limit besides that of the dialect; routes that name the same one share it. */
  limit?: Limit
  /** 200 unless given. */
  status?: 200 | 201 | 202 | 204
}

/** A route as the frame runs it. */
export interface Route extends About {
  request: Reads
  /** What it answers; undefined: nothing. */
  response: z.ZodType | undefined
  document: DocumentNode
  /** @throws CallError, with the invalid fields under the dialect's own names. */
  handle(incoming: Incoming, execute: ExecuteDocument): Promise<unknown>
}

/** A request as a route read it. */
type Call<R extends Reads> = z.output<z.ZodObject<R>> & { arrival: Arrival }

interface Spec<R extends Reads, Answer, Data, Variables> extends About {
  /** What it reads of a request, and the form of it. */
  request: R
  response?: z.ZodType<unknown, Answer>
  document: TypedDocument<Data, Variables>
  /** It may ask the graph for what they take. @throws CallError. */
  variables(
    call: Call<R>,
    execute: ExecuteDocument,
  ): NoInfer<Variables> | Promise<NoInfer<Variables>>
  /** @throws CallError for what is not there: see `found`. */
  reply(data: Data, call: Call<R>): NoInfer<Answer>
  /**
   * For a list that is answered whole: what differs in the variables of the page after this one, if
   * there is one.
   */
  next?(data: Data, call: Call<R>): NoInfer<Partial<Variables>> | undefined
  /**
   * The pages so far and one more as if they were one, for `next` and `reply`. Unless given,
   * `reply` answers a list for each page, and these lists are put together.
   */
  join?(before: Data, page: Data): Data
  /**
   * The dialect's own names of variables, by their paths: `input.invitee.email` is `invitee_email`.
   */
  names?: Record<string, string>
}

/**
 * A route. Its types follow from its parts: a variable that the document does not take, a field
 * that it does not ask for, and an answer that is not as the reference says are errors of
 * `npm run check`.
 *
 *     route({
 *       method: 'GET', path: '/bookings/:id', name: 'getBooking', summary: 'One booking.', group: 'Bookings',
 *       request: { params: z.object({ id: z.string() }) },
 *       response: Booking,
 *       document: GetBooking,
 *       variables: ({ params }) => ({ id: params.id }),
 *       reply: data => booking(found(data.booking, 'booking')),
 *     })
 */
export function route<R extends Reads, Answer, Data, Variables>(
  spec: Spec<R, Answer, Data, Variables>,
): Route {
  const { response, document, variables, reply, next, join, names = {}, ...about } = spec
  const form = z.object(spec.request)
  return {
    ...about,
    response,
    document,
    async handle(incoming, execute) {
      const call = { ...read(form, incoming), arrival: incoming.arrival }
      const asked = await variables(call, execute)
      try {
        let data: Data = await execute(document, asked)
        if (next === undefined) return reply(data, call)
        const pages = [data]
        let more = next(data, call)
        while (more !== undefined && pages.length < MAX_PAGES) {
          const page: Data = await execute(document, { ...asked, ...more })
          pages.push(page)
          data = join === undefined ? page : join(data, page)
          more = next(data, call)
        }
        return join === undefined ? pages.flatMap(page => reply(page, call)) : reply(data, call)
      } catch (error) {
        throw error instanceof CallError ? underOwnNames(error, names) : error
      }
    },
  }
}

/** Pages of a list that is answered whole; a list that is longer ends there. */
const MAX_PAGES = 10

/** What a lookup found. @throws CallError NOT_FOUND when that is nothing. */
export function found<T>(thing: T | null, what: string): T {
  if (thing === null) throw callError('NOT_FOUND', `There is no such ${what}.`)
  return thing
}
