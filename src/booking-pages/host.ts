// A host's page: who it is and what can be booked.

import { html } from 'hono/html'
import { callError } from '../graph/call-error.ts'
import { graphql } from '../graph/typed.ts'
import { type Html, page } from '../html-layout.ts'
import { linkTo, type Visit } from './page-request.ts'
import { lengthWords } from './time.ts'

export const GetPage = graphql(`
  query PageOfHost($slug: String!) {
    bookingPage(slug: $slug) {
      displayName welcomeMessage bio brandColor
      eventTypes(first: 100) { edges { node { slug name description durationMinutes } } }
    }
  }
`)

/** @throws CallError NOT_FOUND. */
export async function showHost({ execute, path, query }: Visit, slug: string): Promise<Html> {
  const { bookingPage } = await execute(GetPage, { slug })
  if (bookingPage === null) throw callError('NOT_FOUND', 'There is no such page.')
  const { displayName, welcomeMessage, bio, brandColor, eventTypes } = bookingPage
  const cards = eventTypes.edges.flatMap(edge => (edge === null ? [] : [edge.node]))
  return page(
    displayName,
    html`${[welcomeMessage, bio].map(text => (text === null ? '' : html`<p class="lines">${text}</p>`))}
${
  cards.length === 0
    ? html`<p>Nothing can be booked here at present.</p>`
    : html`<ul class="plain">
${cards.map(
  each => html`<li><a class="card" href="${linkTo(`${path}/${each.slug}`, query)}"><strong>${each.name}</strong><br>
${lengthWords(each.durationMinutes)}${each.description === null ? '' : html`<br>${each.description}`}</a></li>`,
)}
</ul>`
}`,
    brandColor,
  )
}
