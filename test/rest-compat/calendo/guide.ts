// The curl lines of Calendo's guide, read from the text of it.

import { readFileSync } from 'node:fs'

/** A curl line, and the answer that the guide prints below it. */
export interface Sample {
  /** Such as `GET /bookings`. */
  name: string
  method: string
  /** Below the base, with the query. */
  path: string
  headers: Record<string, string>
  body: string | undefined
  prints: unknown
}

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** All curl lines, in the order of the guide. */
export function samplesOfGuide(): Sample[] {
  const [, ...parts] = textOf('guide.txt').split('\n\n')
  return parts.flatMap((part, index) => {
    if (!part.startsWith('curl ')) return []
    const next = parts[index + 1]
    return [
      sampleOf(part, next === undefined || next.startsWith('curl ') ? undefined : JSON.parse(next)),
    ]
  })
}

function sampleOf(curl: string, prints: unknown): Sample {
  const words = [...curl.matchAll(/'([^']*)'|"([^"]*)"|([^\s\\'"]+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? '',
  )
  const headers: Record<string, string> = {}
  let method = 'GET'
  let path = ''
  let body: string | undefined
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? ''
    if (word === '-X') method = value
    if (word === '-H')
      headers[value.slice(0, value.indexOf(':'))] = value.slice(value.indexOf(':') + 1).trim()
    if (word === '-d') body = value
    if (word.startsWith('https://calendo.dev/api/'))
      path = word.slice('https://calendo.dev/api'.length)
  }
  return { name: `${method} ${path.split('?')[0]}`, method, path, headers, body, prints }
}

/** The body of a webhook, as the guide prints it. */
export const printedWebhook = (): unknown => JSON.parse(textOf('guide-webhook.txt'))

/** The source text of `verifySignature(body, signature, secret)`, as the guide prints it. */
export const verifySource = (): string => textOf('guide-verify.txt')

/** How an answer differs from what the guide prints: in its keys, or in the kinds of its values. */
export function differences(printed: unknown, answered: unknown, where = 'the answer'): string[] {
  if (kindOf(printed) !== kindOf(answered))
    return [`${where} is ${kindOf(answered)}, not ${kindOf(printed)}`]
  if (Array.isArray(printed) && Array.isArray(answered)) {
    return answered.flatMap((each, index) => differences(printed[0], each, `${where}[${index}]`))
  }
  if (!isObject(printed) || !isObject(answered)) return []
  // What an object has by days has other days.
  if (Object.keys(printed).every(key => kindOf(key) === 'a day')) {
    return Object.entries(answered).flatMap(([day, value]) =>
      kindOf(day) === 'a day'
        ? differences(Object.values(printed)[0], value, `${where}.${day}`)
        : [`${day} is no day`],
    )
  }
  return [...new Set([...Object.keys(printed), ...Object.keys(answered)])].flatMap(key => {
    if (!(key in answered)) return [`${where} lacks ${key}`]
    if (!(key in printed)) return [`${where} has ${key}`]
    return differences(printed[key], answered[key], `${where}.${key}`)
  })
}

/** The fields of what must be an object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value
  throw new Error(`${JSON.stringify(value)} is no object`)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'string') return Number.isInteger(value) ? 'a whole number' : typeof value
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return 'a time'
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return 'an instant'
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'a day'
  return 'a text'
}
