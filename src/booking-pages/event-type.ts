// What can be booked: the event type that an address names, and the head of its pages.

import { html } from 'hono/html'
import { callError } from '../graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf, type VariablesOf } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'
import { LocationParts, locationWords } from './location.ts'
import { OwnerParts, ownerOf, shownName } from './owner.ts'
import { QuestionParts } from './questions.ts'
import { lengthWords } from './time.ts'

export const GetOffer = graphql(
  `query PageOffer($ref: EventTypeRef!) {
    publicEventType(ref: $ref) {
      name description durationMinutes durationOptions seats allowGuests
      ...PageOwner
      locations { ...PageLocation }
      questions { ...PageQuestion }
    }
  }`,
  [LocationParts, OwnerParts, QuestionParts],
)

export type Offer = NonNullable<ResultOf<typeof GetOffer>['publicEventType']>
export type Ref = VariablesOf<typeof GetOffer>['ref']

/** @throws CallError NOT_FOUND for what cannot be booked, or not any more. */
export async function offerOf(execute: ExecuteDocument, ref: Ref): Promise<Offer> {
  const { publicEventType } = await execute(GetOffer, { ref })
  if (publicEventType !== null) return publicEventType
  throw callError(
    'NOT_FOUND',
    ref.link == null
      ? 'There is no such event type, or it cannot be booked at present.'
      : 'This link has been used, has expired, or never existed. Ask the sender for another one.',
  )
}

/** Who, how long, what and where. */
export function offerHead(base: string, offer: Offer, length: number): Html {
  const owner = ownerOf(offer)
  const { bookingPage } = owner
  const name = shownName(owner)
  const { description, locations } = offer
  return html`<p>${
    bookingPage ? html`<a href="${base}/${bookingPage.slug}">${name}</a>` : name
  }, ${lengthWords(length)}</p>
${description === null ? '' : html`<p class="lines">${description}</p>`}
${locations.length === 0 ? '' : html`<p>${locations.map(locationWords).join(' · ')}</p>`}`
}
