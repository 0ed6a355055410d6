import { DEMO_REDIRECT_URI, type Demo } from './demo.ts'

/** What a start shows a person: where to go, and what to try. */
export function screen(url: string, demo: Demo | undefined): string {
  const lines = ['', 'Meridian is ready.', '', `  GraphiQL     ${url}/graphql`]
  if (demo !== undefined) {
    lines.push(`  Demo login   ${demo.email}  ${demo.password}`, `  Demo key     ${demo.apiKey}`)
    if (demo.app !== undefined) {
      lines.push(
        `  Demo app     ${demo.app.clientId}  ${demo.app.clientSecret}  ${DEMO_REDIRECT_URI}, any port`,
      )
    }
    lines.push('', 'Watch bookings arrive, here or in GraphiQL:', `  ${watchLine(url, demo)}`)
    if (demo.freeStart !== undefined)
      lines.push('', 'Book a meeting:', `  ${bookLine(url, demo, demo.freeStart)}`)
    lines.push('', 'Without demo data on an empty database: MERIDIAN_DEMO=off')
  }
  return `${lines.join('\n')}\n\n`
}

const subscription =
  'subscription { bookingEvents { kind booking { start eventType { name } invitees { name } } } }'

const watchLine = (url: string, { apiKey }: Demo): string =>
  `curl -sN ${url}/graphql -H 'X-API-Key: ${apiKey}' -H 'Accept: text/event-stream' -H 'Content-Type: application/json' -d '${JSON.stringify({ query: subscription })}'`

function bookLine(url: string, { slug, eventSlug }: Demo, start: string): string {
  const input = `{ eventType: { page: "${slug}", slug: "${eventSlug}" }, start: "${start}", invitee: { name: "Ann", email: "ann@example.org" } }`
  const query = `mutation { book(input: ${input}) { booking { id status start } } }`
  return `curl -s ${url}/graphql -H 'Content-Type: application/json' -d '${JSON.stringify({ query })}'`
}
