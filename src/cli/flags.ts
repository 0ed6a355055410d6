import { parseArgs } from 'node:util'
import { type FieldProblem, invalidFields } from '../errors.ts'
import type { Command, Flag } from './command.ts'

/**
 * Reads the flags of a command, each into its field; undefined when help is asked for.
 * @throws ApiError INVALID_INPUT that names every invalid flag.
 */
export function readFlags(flags: Flag[], args: string[]): Record<string, unknown> | undefined {
  const options = Object.fromEntries(
    flags.map(({ name, value }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  // Not strict: it would name one problem, in words of its own.
  const help = { type: 'boolean', short: 'h' } as const
  const { tokens } = parseArgs({ args, options: { ...options, help }, strict: false, tokens: true })
  const problems: FieldProblem[] = []
  const given = new Map<string, unknown>()
  let strayAt = Number.NaN

  for (const token of tokens) {
    if (token.kind !== 'option') {
      const path = token.kind === 'positional' ? token.value : '--'
      if (token.index !== strayAt) problems.push({ path, message: 'belongs to no flag' })
      continue
    }
    if (token.name === 'help') return undefined
    const flag = flags.find(({ name }) => name === token.name)
    const problem = whyNot(token, flag, given)
    if (problem !== undefined) problems.push({ path: token.rawName, message: problem })
    // What follows may be its value.
    if (flag === undefined) strayAt = token.index + 1
    // It took the next flag for its value, so the rest would be misread.
    else if (lacksValue(token, flag)) break
    else if (flag.isRepeatable === true)
      given.set(flag.field, [given.get(flag.field) ?? [], token.value].flat())
    else given.set(flag.field, token.value ?? true)
  }
  if (problems.length > 0) throw invalidFields(problems)
  return Object.fromEntries(given)
}

interface Option {
  rawName: string
  value: string | undefined
  /** Whether it stands in one word with its value: `--name=value`. */
  inlineValue: boolean | undefined
}

const lacksValue = ({ value, inlineValue }: Option, flag: Flag): boolean =>
  flag.value !== undefined &&
  (value === undefined || (inlineValue !== true && value.startsWith('-')))

function whyNot(
  option: Option,
  flag: Flag | undefined,
  given: Map<string, unknown>,
): string | undefined {
  if (flag === undefined) return 'is no flag of this command'
  if (lacksValue(option, flag))
    return `needs a value (one that begins with a dash: ${option.rawName}=-x)`
  if (flag.value === undefined && option.value !== undefined) return 'takes no value'
  return given.has(flag.field) && flag.isRepeatable !== true ? 'is given twice' : undefined
}

/** How to use a command. */
export function helpOf(name: string, { about, details, flags }: Command): string {
  const usage = flags.map(flag => {
    const once = written(flag)
    if (flag.isRequired) return flag.isRepeatable ? `${once} …` : once
    return `[${once}]`
  })
  const rows = [
    ...flags.map(flag => [written(flag), flag.about] as const),
    ['--help', 'this text'] as const,
  ]
  return [
    `meridian ${[name, ...usage].join(' ')}`,
    [
      `${about.charAt(0).toUpperCase()}${about.slice(1)}.`,
      ...(details === undefined ? [] : [details]),
    ].join('\n'),
    columns(rows),
    '',
  ].join('\n\n')
}

const written = ({ name, value }: Flag): string =>
  `--${name}${value === undefined ? '' : ` ${value}`}`

/** Two columns, the second of which begins at the same place in every line. */
export function columns(rows: readonly (readonly [string, string])[], atLeast = 0): string {
  const width = Math.max(atLeast, ...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`).join('\n')
}
