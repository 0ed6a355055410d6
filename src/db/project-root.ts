import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder with Meridian's package.json: the same whether this runs from src or bundled in dist.
 */
export const projectRoot = folderWith('package.json', dirname(fileURLToPath(import.meta.url)))

function folderWith(file: string, start: string): string {
  if (existsSync(join(start, file))) return start
  const parent = dirname(start)
  if (parent === start)
    throw new Error(`No ${file} in any folder above ${fileURLToPath(import.meta.url)}`)
  return folderWith(file, parent)
}
