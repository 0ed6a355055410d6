// What can be booked: the event type that an address names, and the head of its pages.

import { html } from 'hono/html'
import { refusedFor } from '../graph/refused.ts'
import { type Ask, graphql, type ResultOf, type VariablesOf } from '../graph/typed.ts'
import type { Html } from '../page.ts'
import { LocationParts, locationWords } from './location.ts'
import { QuestionParts } from './questions.ts'
import { lengthWords } from './time.ts'

export const GetOffer = graphql(
  `query PageOffer($ref: EventTypeRef!) {
    publicEventType(ref: $ref) {
      name description durationMinutes durationOptions seats allowGuests
      host { name timeZone bookingPage { brandColor slug } }
      locations { ...PageLocation }
      questions { ...PageQuestion }
    }
  }`,
  [LocationParts, QuestionParts],
)

export type Offer = NonNullable<ResultOf<typeof GetOffer>['publicEventType']>
export type Ref = VariablesOf<typeof GetOffer>['ref']

/** @throws Refused NOT_FOUND for what cannot be booked, or not any more. */
export async function offerOf(ask: Ask, ref: Ref): Promise<Offer> {
  const { publicEventType } = await ask(GetOffer, { ref })
  if (publicEventType !== null) return publicEventType
  throw refusedFor(
    'NOT_FOUND',
    ref.link == null
      ? 'There is no such event type, or it cannot be booked at present.'
      : 'This link books once, and has been used already, or it never was one. Ask whoever sent it for another.',
  )
}

/** Its colour, for the bar above its pages. */
export const accentOf = ({ host }: Offer): string | undefined => host.bookingPage?.brandColor

/** Who, how long, what and where. */
export const offerHead = (base: string, { host, description, locations }: Offer, length: number): Html => html`<p>${
  host.bookingPage ? html`<a href="${base}/${host.bookingPage.slug}">${host.name}</a>` : host.name
}, ${lengthWords(length)}</p>
${description === null ? '' : html`<p class="lines">${description}</p>`}
${locations.length === 0 ? '' : html`<p>${locations.map(locationWords).join(' · ')}</p>`}`
