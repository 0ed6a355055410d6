// Reads the command line. Each command is loaded when it is asked for: the graph and the database
// take most of a second, for which `listen` has no use.

const usage = (commands: string) => `meridian <command>

  start            serve: the default
  listen           print live events, and forward them to your own machine
  schema           print the graph into schema.graphql
  schema --check   say whether schema.graphql is current
  help             this text

Each of these prints one JSON object and has --help:

${commands}

Settings are environment variables; docs/reference/configuration.md lists them.
`

const [command = 'start', ...rest] = process.argv.slice(2)

async function main(): Promise<void> {
  if (command === 'start') return (await import('./cli/start.ts')).start(process.env)
  if (command === 'listen') return (await import('./cli/listen.ts')).listen(rest, process.env)
  if (command === 'schema') return (await import('./cli/schema.ts')).printGraphCommand(rest)
  const { isInTable, runFromTable, tableLines } = await import('./cli/table.ts')
  if (isInTable(command)) {
    const { exitCode, text } = await runFromTable([command, ...rest], process.env)
    process[exitCode === 0 ? 'stdout' : 'stderr'].write(text)
    process.exitCode = exitCode
  } else if (['help', '--help', '-h'].includes(command)) process.stdout.write(usage(tableLines()))
  else throw new Error(`There is no command ${command}.\n\n${usage(tableLines())}`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
