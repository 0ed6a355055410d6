// Payload templates of webhooks, in Handlebars (handlebarsjs.com).
//
// Templates are untrusted code. They can use values and four blocks, but no other helpers, partials
// or decorators; values come from the data only, never from a prototype; and repetition, evaluation
// and output are bounded. It is rendered in a worker thread (render.ts).

import Handlebars from 'handlebars'
import { LRUCache } from 'lru-cache'

const MAX_CHARS = 10_000
const MAX_DEPTH = 5
const MAX_ROUNDS = 1_000
/** Values and blocks that one body may evaluate, each as often as it is repeated. */
const MAX_STEPS = 50_000
const MAX_PRINTED_CHARS = 64 * 1_024

const BLOCKS = ['each', 'if', 'unless', 'with']

/** What a template is that cannot be used; the message ends a sentence about it. */
class Unusable extends Error {}

/** Refuses what is more than values and the four blocks. */
class Inspector extends Handlebars.Visitor {
  /** Values and blocks of the template. */
  parts = 0
  #depth = 0

  override MustacheStatement(value: hbs.AST.MustacheStatement): void {
    this.parts++
    const name = nameOf(value.path)
    if (value.params.length > 0 || value.hash !== undefined)
      throw new Unusable(`has a helper that is not known: ${name}`)
    if (BLOCKS.includes(name)) throw new Unusable(`must open ${name} as a block`)
    super.MustacheStatement(value)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    this.parts++
    const name = nameOf(block.path)
    if (!BLOCKS.includes(name)) throw new Unusable(`has a block that is not known: ${name}`)
    if (block.params.length !== 1 || block.hash !== undefined)
      throw new Unusable(`must give ${name} one value`)
    if (this.#depth === MAX_DEPTH)
      throw new Unusable(`must have at most ${MAX_DEPTH} blocks in one another`)
    this.#depth++
    super.BlockStatement(block)
    this.#depth--
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    throw new Unusable(`has a helper that is not known: ${nameOf(call.path)}`)
  }

  override PartialStatement = refusePartial
  override PartialBlockStatement = refusePartial
  override Decorator = refusePartial
  override DecoratorBlock = refusePartial
}

function refusePartial(): never {
  throw new Unusable('must not have partials or decorators')
}

const nameOf = (path: hbs.AST.Expression): string =>
  'original' in path ? String(path.original) : 'a call'

const own = Handlebars.create()

const ownProperties = { allowProtoMethodsByDefault: false, allowProtoPropertiesByDefault: false }

interface Compiled {
  run: Handlebars.TemplateDelegate<unknown>
  /** How often its blocks may repeat. */
  maxRounds: number
}

const compiled = new LRUCache<string, Compiled>({ max: 200 })

function compile(template: string): Compiled {
  const known = compiled.get(template)
  if (known !== undefined) return known
  const program = own.parse(template)
  const inspector = new Inspector()
  inspector.accept(program)
  const run = own.compile<unknown>(program, {
    knownHelpersOnly: true,
    noEscape: true,
    preventIndent: true,
  })
  const maxRounds = Math.min(MAX_ROUNDS, Math.floor(MAX_STEPS / Math.max(1, inspector.parts)))
  const made = { run, maxRounds }
  compiled.set(template, made)
  return made
}

/** Why a text cannot be a template, as the end of a sentence about it; undefined when it can. */
export function whyNotTemplate(template: string): string | undefined {
  if (template.length > MAX_CHARS) return `must have at most ${MAX_CHARS} characters`
  try {
    compile(template).run({}, ownProperties)
    return undefined
  } catch (error) {
    if (error instanceof Unusable) return error.message
    const [first = ''] = error instanceof Error ? error.message.split('\n') : []
    return `cannot be read: ${first.replace(/:$/, '')}`
  }
}

/**
 * A template with its values filled in: those of JSON, as they are written between quotes there,
 * when it begins as JSON does; otherwise those of a form, where nothing in a value can begin
 * another field.
 * @param data JSON
 * @throws Error for one that repeats or prints too much.
 */
export function fill(template: string, data: Record<string, unknown>): string {
  const quote = /^\s*[{[]/.test(template) ? forJson : forForm
  const { run, maxRounds } = compile(template)
  let rounds = 0
  let printed = 0
  const each: Handlebars.HelperDelegate = function (
    this: unknown,
    list: unknown,
    options?: Handlebars.HelperOptions,
  ) {
    if (options === undefined) throw new Error('each takes one value')
    const fn: Handlebars.TemplateDelegate = (value, runtime) => {
      if (++rounds > maxRounds) throw new Error(`the template repeats more than ${maxRounds} times`)
      const text = options.fn(value, runtime)
      printed += text.length
      requireShort(printed)
      return text
    }
    return own.helpers.each?.call(this, list, { ...options, fn })
  }
  const text = run(quoted(data, quote), {
    ...ownProperties,
    helpers: { each },
  })
  requireShort(text.length)
  return text
}

function requireShort(chars: number): void {
  if (chars > MAX_PRINTED_CHARS)
    throw new Error(`the template prints more than ${MAX_PRINTED_CHARS} characters`)
}

const forJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Percent-encodes what has a meaning in a form, and leaves the rest to be read by people. */
const forForm = (text: string): string => text.replace(/[%&+=;\r\n]/g, encodeURIComponent)

function quoted(value: unknown, quote: (text: string) => string): unknown {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return value.map(each => quoted(each, quote))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, quoted(each, quote)]),
  )
}
