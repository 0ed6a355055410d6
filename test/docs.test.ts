import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { settingNames } from '../src/config.ts'
import { projectRoot } from '../src/db/project-root.ts'
import { limits } from '../src/graph/document-limits.ts'
import { defaultLimits } from '../src/rate-limits/table.ts'

const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter(page => page !== '' && existsSync(join(projectRoot, page)))

const read = (page: string) => readFile(join(projectRoot, page), 'utf8')

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

it('links in the documentation lead to files and headings that exist', async () => {
  const broken: string[] = []
  for (const page of pages) {
    const text = (await read(page)).replace(/^```[\s\S]*?^```/gm, '')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      const isBroken =
        !existsSync(join(projectRoot, file)) ||
        (anchor !== undefined && !anchorsIn(await read(file)).includes(anchor))
      if (isBroken) broken.push(`${page}: ${target}`)
    }
  }
  expect(pages.length).toBeGreaterThan(20)
  expect(broken).toEqual([])
})

it('the configuration reference lists every setting', async () => {
  const text = await read('docs/reference/configuration.md')
  const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name)
  expect(listed.toSorted()).toEqual([...settingNames].toSorted())
})

it('the configuration reference names only rate limits that exist', async () => {
  const text = await read('docs/reference/configuration.md')
  const section = text.slice(text.indexOf('## Rate limits'))
  const named = [...section.matchAll(/`([a-z][a-zA-Z]+)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(name => !Object.hasOwn(defaultLimits, name))).toEqual([])
})

it('the GraphQL reference states the limits of an operation', async () => {
  const text = await read('docs/reference/graphql.md')
  for (const limit of ['cost', 'depth', 'fields', 'aliases', 'tokens', 'fragments'] as const) {
    expect(text).toMatch(
      new RegExp(`^\\| ${limit} \\| ${limits[limit].toLocaleString('en')}( points)? \\|$`, 'm'),
    )
  }
})
