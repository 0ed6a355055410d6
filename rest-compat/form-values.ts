// Values of queries and forms are texts. They become what a form of zod asks for where they can be
// read so: a number, a boolean, a list of one. What cannot stays as it is, and the form says what
// is wrong with it.

import { z } from 'zod'

const Shape = z.object({
  type: z.union([z.string().transform(type => [type]), z.array(z.string())]).default(['string']),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
})

type Shape = z.output<typeof Shape>
type Definitions = Record<string, unknown>

/** What makes texts of queries and forms into what a form of zod reads. */
export function readerOf(form: z.ZodType): (value: unknown) => unknown {
  const { $defs = {}, ...schema } = z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' })
  return value => asked(schema, value, $defs)
}

const Reference = z.object({ $ref: z.string() })

/** The shapes that a schema allows. */
function shapesOf(schema: unknown, definitions: Definitions): Shape[] {
  const { data: reference } = Reference.safeParse(schema)
  const shape = Shape.parse(
    reference === undefined ? schema : definitions[reference.$ref.split('/').at(-1) ?? ''],
  )
  const several = [...shape.anyOf, ...shape.oneOf]
  return several.length === 0 ? [shape] : several.flatMap(each => shapesOf(each, definitions))
}

function asked(schema: unknown, value: unknown, definitions: Definitions): unknown {
  const shapes = shapesOf(schema, definitions)
  const ofType = (wanted: string) => shapes.find(({ type }) => type.includes(wanted))
  if (Array.isArray(value)) {
    const list = ofType('array')
    // Of a value that comes more than once the first counts.
    if (list === undefined) return asked(schema, value[0], definitions)
    return value.map(each => asked(list.items ?? {}, each, definitions))
  }
  if (typeof value === 'object' && value !== null) {
    const shape =
      shapes.find(each => each.type.includes('object') && isMeant(each, value)) ?? ofType('object')
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        asked(shape?.properties[name] ?? {}, inner, definitions),
      ]),
    )
  }
  return typeof value === 'string' ? fromText(shapes, value, definitions) : value
}

const Constant = z.object({ const: z.string() })

/** Whether what marks one of several shapes, such as its `type`, is that of the value. */
const isMeant = ({ properties }: Shape, value: object): boolean =>
  Object.entries(properties).every(([name, property]) => {
    const { data: mark } = Constant.safeParse(property)
    return (
      mark === undefined ||
      Object.entries(value).some(([key, each]) => key === name && each === mark.const)
    )
  })

function fromText(shapes: readonly Shape[], text: string, definitions: Definitions): unknown {
  const takes = (...types: string[]) =>
    shapes.some(({ type }) => type.some(each => types.includes(each)))
  if (text === '' && takes('null')) return null
  if (takes('string')) return text
  if (takes('number', 'integer') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (takes('boolean') && /^(true|false|1|0)$/.test(text)) return text === 'true' || text === '1'
  const list = shapes.find(({ type }) => type.includes('array'))
  if (list === undefined) return text
  return text === '' ? [] : [asked(list.items ?? {}, text, definitions)]
}
