import { listen } from './commands/listen.ts'
import { printGraphCommand } from './commands/schema.ts'
import { start } from './commands/start.ts'
import { isInTable, runFromTable, tableLines } from './commands/table.ts'

const usage = `meridian <command>

  start            serve: the default
  listen           print live events, and forward them to your own machine
  schema           print the graph into schema.graphql
  schema --check   say whether schema.graphql is current
  help             this text

Each of these prints one JSON object and has --help:

${tableLines()}

Settings come from the environment; the README lists them.
`

const [command = 'start', ...rest] = process.argv.slice(2)

try {
  if (command === 'start') await start(process.env)
  else if (command === 'listen') await listen(rest, process.env)
  else if (command === 'schema') await printGraphCommand(rest)
  else if (isInTable(command)) {
    const { exitCode, text } = await runFromTable([command, ...rest], process.env)
    process[exitCode === 0 ? 'stdout' : 'stderr'].write(text)
    process.exitCode = exitCode
  } else if (['help', '--help', '-h'].includes(command)) process.stdout.write(usage)
  else throw new Error(`There is no command ${command}.\n\n${usage}`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
