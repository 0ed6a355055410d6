import { z } from 'zod'
import { runFromTable } from '../../src/cli/table.ts'
import { run } from './program.ts'
import { type Data, textAt } from './world.ts'

/** How a command of the command line ended. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command to its end. */
export async function outcomeOf(args: string[], env: Record<string, string>): Promise<Outcome> {
  const program = await run('bin/meridian.mjs', args, env)
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** The same without a process, for the many ways in which a command can be given. */
export async function outcomeHere(args: string[], env: Record<string, string>): Promise<Outcome> {
  const { exitCode: code, text } = await runFromTable(args, env)
  return { code, stdout: code === 0 ? text : '', stderr: code === 0 ? '' : text }
}

/** The one JSON object that a text is, in one line. */
export function objectIn(text: string): Data {
  if (!/^[^\n]*\n$/.test(text)) throw new Error(`not one line: ${text}`)
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}

/** What a command answers that worked. */
export function answerIn({ code, stdout, stderr }: Outcome): Data {
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`)
  return objectIn(stdout)
}

/** The same, of a command that is run. */
export const answerOf = async (args: string[], env: Record<string, string>): Promise<Data> =>
  answerIn(await outcomeOf(args, env))

/** What a command that is refused says. */
export interface CallError {
  code: string
  message: string
  fields: { path: string; message: string }[]
}

const CallError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
})

/** What is wrong, as the last line of what a command says. */
export function refusalIn({ code, stdout, stderr }: Outcome): CallError {
  if (code !== 1 || stdout !== '') throw new Error(`was not refused: ${code}, ${stdout}`)
  const lines = stderr.split('\n').filter(line => line !== '' && !line.startsWith('Built '))
  return CallError.parse(JSON.parse(lines.at(-1) ?? '')).error
}

/** The same, of a command that is run. */
export const apiErrorOf = async (args: string[], env: Record<string, string>): Promise<CallError> =>
  refusalIn(await outcomeOf(args, env))

/** The names of the invalid fields. */
export const pathsOf = ({ fields }: CallError): string[] => fields.map(({ path }) => path)

/** The session cookie of an account, by its password. */
export async function cookieOf(url: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: LogInInput!) { logIn(input: $input) { user { email } } }',
      variables: { input: { email, password } },
    }),
  })
  textAt(await response.json(), 'data.logIn.user.email')
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
