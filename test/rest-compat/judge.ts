// An API's own document as a judge of answers.

import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { default as addFormats } from 'ajv-formats'
import { z } from 'zod'

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

/** Where answers may differ from the document, and why. */
export interface Deviation {
  /** Where in an answer, in the form of a JSON pointer; numbers as `*`. */
  at: RegExp
  /** What is wrong there: the keyword of JSON Schema. */
  keyword: string
  /** The name of the schema that says so; any unless given. */
  schema?: RegExp
  /** Its words, where other things can be wrong at the same place. */
  says?: RegExp
  why: string
}

export interface Judge {
  /**
   * What the document says against an answer, but for known deviations; undefined when it does not
   * know the route.
   */
  objections(method: string, path: string, status: number, body: unknown): string[] | undefined
  /** The same for a thing that one of its schemas describes. */
  objectionsTo(name: string, body: unknown): string[]
}

/**
 * @param file OpenAPI 3.0 with the schemas of answers in place of its operations: path, method,
 * status
 */
export function judgeBy(file: URL, deviations: readonly Deviation[]): Judge {
  const document = Document.parse(JSON.parse(readFileSync(file, 'utf8')))

  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'official', components: asJsonSchema(document.components) })

  const routes = Object.entries(document.paths).map(([path, operations]) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    operations,
    // `/users/me` before `/users/{uuid}`.
    parameters: path.split('{').length,
  }))

  const compiled = new Map<string, ValidateFunction>()

  function validatorFor(
    method: string,
    path: string,
    status: number,
  ): ValidateFunction | undefined {
    const [route] = routes
      .filter(({ pattern }) => pattern.test(path))
      .toSorted((a, b) => a.parameters - b.parameters)
    const schema = route?.operations[method.toLowerCase()]?.[status]
    if (schema == null) return undefined
    const text = JSON.stringify(asJsonSchema(schema)).replaceAll(
      '"#/components/',
      '"official#/components/',
    )
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text))
    compiled.set(text, known)
    return known
  }

  const schemaNamed = (name: string): ValidateFunction => {
    const text = JSON.stringify({ $ref: `official#/components/schemas/${name}` })
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text))
    compiled.set(text, known)
    return known
  }

  function against(validate: ValidateFunction, body: unknown): string[] {
    if (validate(body)) return []
    return (validate.errors ?? [])
      .filter(error => !isKnown(error))
      .map(error => `${error.instancePath} ${error.message}`)
  }

  function isKnown({ instancePath, schemaPath, keyword, message = '' }: ErrorObject): boolean {
    const place = instancePath.replace(/\/\d+(?=\/|$)/g, '/*')
    const [, schemaName = ''] = /\/schemas\/(\w+)\//.exec(schemaPath) ?? []
    return deviations.some(
      ({ at, keyword: wrong, schema, says }) =>
        at.test(place) &&
        wrong === keyword &&
        (schema?.test(schemaName) ?? true) &&
        (says?.test(message) ?? true),
    )
  }

  return {
    objections(method, path, status, body) {
      const validate = validatorFor(method, path, status)
      return validate && against(validate, body)
    },
    objectionsTo: (name, body) => against(schemaNamed(name), body),
  }
}

/** OpenAPI 3.0 as JSON Schema: what may be null is one of two. */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, asJsonSchema(value)] as const),
  )
  return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest
}
