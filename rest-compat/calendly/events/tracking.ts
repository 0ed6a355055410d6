import { z } from 'zod'

const value = z.string().nullable()

/** Campaign values: all six, those that are not known as null. */
export const Tracking = z.object({
  utm_campaign: value,
  utm_source: value,
  utm_medium: value,
  utm_content: value,
  utm_term: value,
  salesforce_uuid: value,
})

const Kept = z.record(z.string(), z.unknown()).catch({})

export function tracking(kept: unknown): z.input<typeof Tracking> {
  const known = Kept.parse(kept)
  const text = (name: string) => (typeof known[name] === 'string' ? known[name] : null)
  return {
    utm_campaign: text('utm_campaign'),
    utm_source: text('utm_source'),
    utm_medium: text('utm_medium'),
    utm_content: text('utm_content'),
    utm_term: text('utm_term'),
    salesforce_uuid: text('salesforce_uuid'),
  }
}
