import { createRequire } from 'node:module'
import { z } from 'zod'

const WindowsZones = z.object({
  supplemental: z.object({
    windowsZones: z.object({
      mapTimezones: z.array(
        z.object({
          mapZone: z.object({ _other: z.string(), _type: z.string(), _territory: z.string() }),
        }),
      ),
    }),
  }),
})

// Node 20 imports JSON only with a warning.
const read = createRequire(import.meta.url)('cldr-core/supplemental/windowsZones.json')

/**
 * IANA names of Windows zones in lower case, such as `pacific standard time` (CLDR, windowsZones).
 */
export const windowsZoneNames: ReadonlyMap<string, string> = new Map(
  WindowsZones.parse(read)
    .supplemental.windowsZones.mapTimezones // 001 is the world: the zone where no territory is known.
    .filter(({ mapZone }) => mapZone._territory === '001')
    .map(({ mapZone }) => [mapZone._other.toLowerCase(), mapZone._type]),
)
