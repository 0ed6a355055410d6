import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ApiError, type FieldProblem } from '../src/errors.ts'
import { jsonObject, parse, slugOf, text, timeZone } from '../src/validation.ts'

function problemsOf(schema: z.ZodType, value: unknown): FieldProblem[] {
  try {
    parse(schema, value, 'it')
  } catch (error) {
    if (error instanceof ApiError) return error.details.fields ?? []
    throw error
  }
  return []
}

const nested = (levels: number) =>
  JSON.parse(`${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`)

describe('an answer about wrong fields', () => {
  it('names each once, with what is wrong first', () => {
    const both = z.object({ a: text(3).refine(() => false, 'is odd'), b: text(3) })
    expect(problemsOf(both, { a: 'four\0', b: ' ' })).toEqual([
      { path: 'it.a', message: 'must have at most 3 characters' },
      { path: 'it.b', message: 'must not be empty' },
    ])
  })
})

describe('a JSON object', () => {
  it('may have 20 levels, and lists count', () => {
    expect(problemsOf(jsonObject, nested(20))).toEqual([])
    const message = 'must not be nested deeper than 20 levels'
    expect(problemsOf(jsonObject, nested(21))).toEqual([{ path: 'it', message }])
    const lists = JSON.parse(`{"a":${'['.repeat(20)}${']'.repeat(20)}}`)
    expect(problemsOf(jsonObject, lists)).toEqual([{ path: 'it', message }])
  })

  it('is refused however deep it is', () => {
    let deep = {}
    for (let level = 0; level < 100_000; level++) deep = { deep }
    expect(problemsOf(jsonObject, deep)).toHaveLength(1)
  })

  it.each([
    [{ a: ['\ud800'] }, 'must be well-formed Unicode'],
    [{ '\udfff': 1 }, 'must be well-formed Unicode'],
    [{ a: { b: 'x\0' } }, 'must not contain U+0000'],
    [undefined, 'must be a JSON object'],
    [['list'], 'must be a JSON object'],
    ['\ud800', 'must be well-formed Unicode'],
  ])('is refused as %j', (value, message) => {
    expect(problemsOf(jsonObject, value)).toEqual([{ path: 'it', message }])
  })

  it('keeps every other character', () => {
    expect(parse(jsonObject, { '😀': '\u0001 😀' })).toEqual({ '😀': '\u0001 😀' })
  })
})

describe('a text', () => {
  it('is refused with half of a surrogate pair', () => {
    for (const value of ['\ud800', 'a\udc00b', '\udc00\ud800']) {
      expect(problemsOf(text(10), value)).toEqual([
        { path: 'it', message: 'must be well-formed Unicode' },
      ])
    }
    expect(parse(text(10), ' 😀 ')).toBe('😀')
  })
})

describe('a time zone', () => {
  it.each([
    ['eUrOpE/bErLiN', 'Europe/Berlin'],
    ['america/port_of_spain', 'America/Port_of_Spain'],
    ['ANTARCTICA/DUMONTDURVILLE', 'Antarctica/DumontDUrville'],
    ['utc', 'UTC'],
    ['etc/utc', 'Etc/UTC'],
    ['asia/calcutta', 'Asia/Calcutta'],
    ['asia/KOLKATA', 'Asia/Kolkata'],
    ['europe/kyiv', 'Europe/Kyiv'],
    ['america/argentina/buenos_aires', 'America/Argentina/Buenos_Aires'],
    ['australia/nsw', 'Australia/NSW'],
    ['US/Eastern', 'US/Eastern'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('typed as %s is %s', (typed, zone) => {
    expect(parse(timeZone, typed)).toBe(zone)
    expect(parse(timeZone, zone)).toBe(zone)
  })

  it.each(['Mars/Olympus', '+02:00', '', 'Europe/Berlin '])('is not %j', typed => {
    expect(problemsOf(timeZone, typed)).toEqual([
      { path: 'it', message: 'must be an IANA time zone, such as Europe/Berlin' },
    ])
  })
})

describe('the slug of a text', () => {
  it.each([
    ['Größe', 'grosse'],
    ['GROẞ', 'gross'],
    ['Øystein Łukasz', 'oystein-lukasz'],
    ['Æther & Œuvre', 'aether-oeuvre'],
    ['Đorđe Sigurðr Þór', 'dorde-sigurdr-thor'],
    ["Zoë's first call", 'zoe-s-first-call'],
    ['会议', 'fallback'],
  ])('%s is %s', (name, slug) => {
    expect(slugOf(name, 'fallback')).toBe(slug)
  })
})
