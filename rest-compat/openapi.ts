import { z } from 'zod'
import type { Dialect, Route, VersionHeader } from './dialect.ts'

/** The parts of JSON Schema that the forms of routes come to. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  format?: string
  default?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
}

interface Content {
  content?: { 'application/json': { schema: Schema } }
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: Schema
}

export interface Operation {
  operationId: string
  summary: string
  tags: [string]
  security: Record<string, string[]>[]
  parameters: Parameter[]
  requestBody?: Content & { required: boolean }
  responses: Record<
    string,
    Content & { description: string; headers: Record<string, { $ref: string }> }
  >
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    headers: Record<string, { description: string; schema: Schema }>
    securitySchemes: Record<string, unknown>
  }
}

const ordinaryLimitHeaders = {
  'X-RateLimit-Limit': 'Requests that are allowed in a window.',
  'X-RateLimit-Remaining': 'How many of them are left.',
  'X-RateLimit-Reset': 'When the window ends, in Unix seconds.',
}

const limitHeadersOf = ({ limitHeaderMeanings }: Dialect): Record<string, string> =>
  limitHeaderMeanings ?? ordinaryLimitHeaders

/** The OpenAPI document of a dialect, made of the forms that its routes read and answer. */
export function openApiOf(dialect: Dialect): OpenApi {
  const schemas: Record<string, Schema> = {}
  const schemaOf = (form: z.ZodType): Schema => {
    const { schema, named } = converted(form)
    Object.assign(schemas, named)
    return schema
  }
  const paths: OpenApi['paths'] = {}
  for (const route of dialect.routes) {
    const path = pathIn(paths, route)
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operationOf(route, dialect, schemaOf),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: dialect.title, version: dialect.version, description: dialect.description },
    servers: dialect.bases.map(url => ({ url })),
    tags: [...new Set(dialect.routes.map(({ group }) => group))].map(name => ({ name })),
    paths,
    components: {
      schemas,
      headers: Object.fromEntries(
        Object.entries(limitHeadersOf(dialect)).map(([name, description]) => [
          name,
          { description, schema: { type: 'integer' } },
        ]),
      ),
      securitySchemes: dialect.security,
    },
  }
}

/**
 * Where a route stands in the document. It has room for one operation of a path and method, so a
 * further version of a route is told as the same path with the version as its fragment, which no
 * request carries.
 */
function pathIn(paths: OpenApi['paths'], { path, method, versions }: Route): string {
  const plain = path.replace(/:(\w+)/g, '{$1}')
  const isTaken = paths[plain]?.[method.toLowerCase()] !== undefined
  return isTaken && versions !== undefined ? `${plain}#${versions[0]}` : plain
}

type SchemaOf = (form: z.ZodType) => Schema

function operationOf(route: Route, dialect: Dialect, schemaOf: SchemaOf): Operation {
  const { request, response, status = 200, scope, versions } = route
  const { versionHeader, security, errorSchema, errorStatuses } = dialect
  const headers = Object.fromEntries(
    Object.keys(limitHeadersOf(dialect)).map(name => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  )
  const json = (form: z.ZodType): Content => ({
    content: { 'application/json': { schema: schemaOf(form) } },
  })
  const body = request.body && json(request.body)
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.group],
    security: [
      ...(route.optionalAuth ? [{}] : []),
      ...(route.forAnyone
        ? []
        : Object.keys(security).map(name => ({ [name]: scope === undefined ? [] : [scope] }))),
    ],
    parameters: [
      ...parametersOf('path', request.params, schemaOf),
      ...parametersOf('query', request.query, schemaOf),
      ...parametersOf('header', request.headers, schemaOf),
      ...(versions && versionHeader ? [versionParameter(versionHeader, versions)] : []),
    ],
    ...(body && {
      requestBody: {
        ...body,
        required: (body.content?.['application/json'].schema.required ?? []).length > 0,
      },
    }),
    responses: {
      [status]: {
        description: response === undefined ? 'Done.' : 'The answer.',
        headers,
        ...(response && json(response)),
      },
      ...Object.fromEntries(
        Object.entries(errorStatuses).map(([refused, description]) => [
          refused,
          { description, headers, ...json(errorSchema) },
        ]),
      ),
    },
  }
}

const versionParameter = (
  { name, unlessGiven }: VersionHeader,
  versions: readonly string[],
): Parameter => ({
  name,
  in: 'header',
  required: !versions.includes(unlessGiven),
  description: 'The version of this route.',
  schema: { type: 'string', enum: [...versions] },
})

function parametersOf(
  place: Parameter['in'],
  form: z.ZodType | undefined,
  schemaOf: SchemaOf,
): Parameter[] {
  const { properties = {}, required = [] } = form === undefined ? {} : schemaOf(form)
  return Object.entries(properties).map(([name, { description = '', ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    description,
    schema,
  }))
}

/** A form as JSON Schema, with the forms that have an id apart, where OpenAPI keeps them. */
function converted(form: z.ZodType): { schema: Schema; named: Record<string, Schema> } {
  const text = JSON.stringify(z.toJSONSchema(form, { io: 'input' }))
  const {
    $schema: _,
    $defs: named = {},
    ...schema
  } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'))
  return { schema, named }
}
