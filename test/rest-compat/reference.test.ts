import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dialects } from '../../rest-compat/dialects.ts'
import { scopes } from '../../src/scopes.ts'
import { givenWorld, type World } from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

// At the root a dialect has its routes alone.
const bases = dialects.flatMap(dialect =>
  dialect.bases.filter(base => base !== '/').map(base => ({ base, dialect })),
)

const Document = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        summary: z.string(),
        responses: z.record(z.string(), z.looseObject({})),
        security: z.array(z.record(z.string(), z.array(z.string()))),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})

describe.each(bases)('the reference at $base', ({ base, dialect }) => {
  it('is an OpenAPI document in which every route stands, as a validator finds too', async () => {
    const response = await fetch(`${world.url}${base}/openapi.json`)
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true })

    const { paths } = Document.parse(JSON.parse(text))
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
    )
    // Behind `#` stands the version of a route that has several.
    const written = operations.map(
      ({ method, path }) => `${method.toUpperCase()} ${path.split('#')[0]}`,
    )
    const routes = dialect.routes.map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect(written.toSorted()).toEqual(routes.toSorted())
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, summary, responses, security } of operations) {
      expect(summary, path).toMatch(/\.$/)
      expect(Object.keys(responses), path).toContain('404')
      for (const scope of security.flatMap(each => Object.values(each).flat()))
        expect(scopes).toHaveProperty([scope])
    }
  })

  it('names shapes that are there', async () => {
    const text = await (await fetch(`${world.url}${base}/openapi.json`)).text()
    const { components } = Document.parse(JSON.parse(text))
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(Object.keys(components.schemas).toSorted()).toEqual([...new Set(named)].toSorted())
    expect(text).not.toContain('$defs')
  })

  it('is a page for people, which loads nothing and shows every route', async () => {
    const response = await fetch(`${world.url}${base}/docs`)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const page = await response.text()
    expect(page).toContain('<html lang="en">')
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import|undefined|\[object/)
    for (const { method, path, name } of dialect.routes) {
      expect(page).toContain(`<article id="${name}">`)
      expect(page).toContain(`${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
    expect(page.match(/<table>/g)?.length).toBe(page.match(/<caption>/g)?.length)
  })
})
