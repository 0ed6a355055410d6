import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../db/project-root.ts'
import { printGraph } from '../graph/schema.ts'

/**
 * Writes schema.graphql; with `--check` only says whether it is current.
 * @throws Error when it is stale.
 */
export async function printGraphCommand(args: string[]): Promise<void> {
  const path = join(projectRoot, 'schema.graphql')
  const current = printGraph()
  if (!args.includes('--check')) return writeFile(path, current)
  const committed = await readFile(path, 'utf8').catch(() => '')
  if (committed !== current)
    throw new Error('schema.graphql is stale: run npm run schema, and look at the difference.')
}
