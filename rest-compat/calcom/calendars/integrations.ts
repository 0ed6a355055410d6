// Conferencing apps, which the graph knows as providers: `cal_video` is `cal-video`, and
// `integrations:daily` as the place of a booking.

/** What an integration is called inside, where that is not its own name. */
const inside: Partial<Record<string, string>> = {
  'cal-video': 'daily',
  'google-meet': 'google:meet',
  'office365-video': 'office365_video',
  'webex-video': 'webex_video',
}

const ownProviders: Partial<Record<string, string>> = {
  teams: 'office365-video',
  webex: 'webex-video',
}
const ownIntegrations = new Map(
  Object.entries(ownProviders).map(([provider, integration]) => [integration, provider]),
)

/** A provider of the graph as an integration. */
export const integrationOf = (provider: string): string =>
  ownProviders[provider] ?? provider.replaceAll('_', '-')

/** An integration as a provider of the graph. */
export const providerOf = (integration: string): string =>
  ownIntegrations.get(integration) ?? integration.replaceAll('-', '_')

/** Where a booking is, of which all that is known is the provider: `integrations:daily`. */
export function placeOf(provider: string): string {
  const integration = integrationOf(provider)
  return `integrations:${inside[integration] ?? integration.replace(/-video$/, '')}`
}

/** The provider that such a place names; undefined for text that is none. */
export function providerAt(place: string): string | undefined {
  const [, name] = /^integrations:(.+)$/.exec(place) ?? []
  if (name === undefined) return undefined
  const [integration] = Object.entries(inside).find(([, called]) => called === name) ?? [name]
  return providerOf(integration)
}
