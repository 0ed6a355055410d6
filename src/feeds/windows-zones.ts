import windowsZones from 'cldr-core/supplemental/windowsZones.json' with { type: 'json' }

/** IANA names of Windows zones in lower case, such as `pacific standard time` (CLDR, windowsZones). */
export const windowsZoneNames: ReadonlyMap<string, string> = new Map(
  windowsZones.supplemental.windowsZones.mapTimezones
    // 001 is the world: the zone where no territory is known.
    .filter(({ mapZone }) => mapZone._territory === '001')
    .map(({ mapZone }) => [mapZone._other.toLowerCase(), mapZone._type]),
)
