import { ApiError } from '../errors.ts'
import type { Command, Env, Flag } from './command.ts'
import { columns, helpOf, readFlags } from './flags.ts'
import { keyCreate } from './key.ts'
import { login, logout } from './login.ts'
import { oauthClientCreate } from './oauth-client.ts'
import { tokenCreate } from './token.ts'
import { userCreate, userList, userSetPlan } from './user.ts'

/** Commands that answer one JSON object, by their words. */
const table = new Map<string, Command>([
  ['user create', userCreate],
  ['user list', userList],
  ['user set-plan', userSetPlan],
  ['oauth-client create', oauthClientCreate],
  ['token create', tokenCreate],
  ['key create', keyCreate],
  ['login', login],
  ['logout', logout],
])

/** Whether a command of the table begins with the word. */
export const isInTable = (word: string): boolean => linesOf(word).length > 0

/** A line for each command of the table, for the help of the program. */
export const tableLines = (): string => columns(linesOf(), 15)

/** How a command ended: a text for standard output, or for standard error. */
export interface Outcome {
  exitCode: 0 | 1
  text: string
}

/**
 * Runs a command of the table. Its text is the object that it answers, or what is wrong, in one
 * line; or its help.
 */
export async function runFromTable([word = '', ...rest]: string[], env: Env): Promise<Outcome> {
  const [next = ''] = rest
  const isWhole = table.has(word)
  const name = isWhole ? word : `${word} ${next}`
  const command = table.get(name)
  try {
    if (command === undefined) return { exitCode: 0, text: helpOfGroup(word, next) }
    const given = readFlags(command.flags, isWhole ? rest : rest.slice(1))
    if (given === undefined) return { exitCode: 0, text: helpOf(name, command) }
    return { exitCode: 0, text: `${JSON.stringify(await command.run(given, env))}\n` }
  } catch (error) {
    return {
      exitCode: 1,
      text: `${JSON.stringify({ error: problemOf(error, command?.flags ?? []) })}\n`,
    }
  }
}

function helpOfGroup(word: string, next: string): string {
  if (['help', '--help', '-h'].includes(next)) {
    return `${columns(linesOf(word))}\n\nmeridian ${word} … --help lists the flags.\n`
  }
  const names = linesOf(word).map(([name]) => name)
  const mistake =
    next === '' ? `${word} is not all of a command` : `There is no command ${word} ${next}`
  throw new ApiError('INVALID_INPUT', `${mistake}; there is ${names.join(', ')}.`)
}

const linesOf = (word?: string) =>
  [...table]
    .filter(([name]) => word === undefined || name.split(' ')[0] === word)
    .map(([name, { about }]) => [name, about] as const)

/** What went wrong. Fields of the input are called by their flags. */
function problemOf(error: unknown, flags: Flag[]) {
  // The machine is the operator's, so they may know all of it.
  if (!(error instanceof ApiError)) {
    return {
      code: 'FAILED',
      message: error instanceof Error ? error.message : String(error),
      fields: [],
    }
  }
  const { code, message, details } = error
  const fields = (details.fields ?? []).map(problem => ({
    ...problem,
    path: withFlags(problem.path, flags),
  }))
  const isOnlyFields = code === 'INVALID_INPUT' && fields.length > 0
  const words = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  return { code, message: isOnlyFields ? `${words}.` : withFlags(message, flags), fields }
}

const withFlags = (text: string, flags: Flag[]): string =>
  text.replace(/\binput\.(\w+)(\.\d+)?/g, (path, field) => {
    const flag = flags.find(flag => flag.field === field)
    return flag === undefined ? path : `--${flag.name}`
  })
