import { oneOf, takeOut } from './text.ts'

// Said with "time" after them, and without.
const REGIONS: Record<string, string> = {
  eastern: 'America/New_York',
  central: 'America/Chicago',
  mountain: 'America/Denver',
  pacific: 'America/Los_Angeles',
}

// As people say them; in summer they say the same.
const ABBREVIATIONS: Record<string, string> = {
  utc: 'UTC',
  gmt: 'UTC',
  bst: 'Europe/London',
  cet: 'Europe/Berlin',
  cest: 'Europe/Berlin',
  eet: 'Europe/Helsinki',
  est: 'America/New_York',
  edt: 'America/New_York',
  et: 'America/New_York',
  cdt: 'America/Chicago',
  cst: 'America/Chicago',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  pt: 'America/Los_Angeles',
  ...REGIONS,
  ist: 'Asia/Kolkata',
  jst: 'Asia/Tokyo',
  aest: 'Australia/Sydney',
  aedt: 'Australia/Sydney',
}

// Places that people name and the zone database does not.
const PLACES: Record<string, string> = {
  ...REGIONS,
  uk: 'Europe/London',
  boston: 'America/New_York',
  washington: 'America/New_York',
  miami: 'America/New_York',
  atlanta: 'America/New_York',
  dallas: 'America/Chicago',
  houston: 'America/Chicago',
  'san francisco': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  munich: 'Europe/Berlin',
  hamburg: 'Europe/Berlin',
  barcelona: 'Europe/Madrid',
  milan: 'Europe/Rome',
  geneva: 'Europe/Zurich',
  mumbai: 'Asia/Kolkata',
  delhi: 'Asia/Kolkata',
  bangalore: 'Asia/Kolkata',
  beijing: 'Asia/Shanghai',
}

const ZONES = Intl.supportedValuesOf('timeZone')
const cities = new Map([
  ...ZONES.map((zone): [string, string] => [
    (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ').toLowerCase(),
    zone,
  ]),
  ...Object.entries(PLACES),
])
const byName = new Map(ZONES.map(zone => [zone.toLowerCase(), zone]))

const OFFSET = '\\b(?:UTC|GMT) ?([+-]\\d{1,2})(?::?00)?(?!\\d)'
const NAMED = '\\b([A-Za-z]+(?:/[A-Za-z_-]+){1,2})\\b'
const SHORT = `(?<=\\d\\s?|m\\s|noon\\s|\\bin\\s|\\bzone\\s(?:is\\s)?)\\b(${oneOf(Object.keys(ABBREVIATIONS))})\\b`
const CITY_TIME = `\\b(${oneOf([...cities.keys()])})(?:['’]s)? time\\b`
const IN_CITY = `\\b(?:i['’]?m in|i am in|we are in|we['’]re in|based in|i live in|calling from|here in) (${oneOf([...cities.keys()])})\\b`

/** The zone that a text names, by its name, its letters or a city: "3pm London time". */
export function readZone(text: string): { zone: string | undefined; rest: string } {
  const byOffset = takeOut(text, new RegExp(OFFSET))
  const hours = Number(byOffset.found[0]?.[1] ?? Number.NaN)
  // The zone database counts these westward.
  if (Math.abs(hours) <= 12)
    return { zone: `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`, rest: byOffset.rest }
  const named = takeOut(text, new RegExp(NAMED))
  const known = named.found
    .map(([, name = '']) => byName.get(name.toLowerCase()))
    .find(zone => zone !== undefined)
  if (known !== undefined) return { zone: known, rest: named.rest }
  for (const [pattern, zones] of [
    [CITY_TIME, cities],
    [IN_CITY, cities],
    [SHORT, new Map(Object.entries(ABBREVIATIONS))],
  ] as const) {
    const { found, rest } = takeOut(text, new RegExp(pattern))
    const zone = zones.get(found[0]?.[1]?.toLowerCase() ?? '')
    if (zone !== undefined) return { zone, rest }
  }
  return { zone: undefined, rest: text }
}
