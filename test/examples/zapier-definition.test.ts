// The definition of the Zapier integration by itself, and what its page says of it.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import app from '../../examples/zapier/index.js'
import { listAt, textAt } from '../helpers/world.ts'
import { withOwnFetch } from './zapier-app.ts'

const page = await readFile('examples/zapier/README.md', 'utf8')
const manifest = JSON.parse(await readFile('examples/zapier/package.json', 'utf8'))
const ours = JSON.parse(await readFile('package.json', 'utf8'))

const shown = (parts: Record<string, { display: { label?: string; hidden?: boolean } }>) =>
  Object.values(parts).filter(({ display }) => !display.hidden)
const labels = (parts: Parameters<typeof shown>[0]) =>
  shown(parts).map(({ display }) => display.label)

/** The first column of a table of the page. */
function column(heading: string): string[] {
  const [, rows = ''] =
    new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\|\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? []
  return rows
    .trim()
    .split('\n')
    .map(row => row.split('|')[1]?.trim() ?? '')
}

describe('the Zapier integration', () => {
  it("passes Zapier's own validation", async () => {
    // What `zapier-platform validate` runs.
    const { createAppHandler } = createRequire(import.meta.url)('zapier-platform-core')
    const validate = (): Promise<unknown> => createAppHandler(app)({ command: 'validate' })
    const answer = await withOwnFetch(validate)
    expect(listAt(answer, 'results')).toEqual([])
  })

  it('has the triggers, actions and searches that its page lists', () => {
    const { triggers, creates, searches } = app
    expect(labels(triggers)).toEqual(column('trigger'))
    expect(labels(creates)).toEqual(column('action'))
    expect(labels(searches)).toEqual(column('search'))
    const [, ...counts] = /(\d+) triggers, (\d+) actions, (\d+) searches/.exec(page) ?? []
    expect(counts.map(Number)).toEqual(
      [triggers, creates, searches].map(parts => shown(parts).length),
    )
    expect(counts).toEqual(['7', '2', '2'])
  })

  it('reads the environment that its page tells to set, at the version that it has', async () => {
    const [, version, settings = ''] = /zapier-platform env:set (\S+) (.*)/.exec(page) ?? []
    expect(version).toBe(app.version)
    const files = [
      'api.js',
      'authentication.js',
      'triggers/happenings.js',
      'creates/create-booking.js',
    ]
    const sources = await Promise.all(
      files.map(file => readFile(`examples/zapier/${file}`, 'utf8')),
    )
    const read = new Set(
      [...sources.join().matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name),
    )
    expect(settings.match(/\w+(?==)/g)?.toSorted()).toEqual([...read].toSorted())
  })

  it('is tested with the platform that it is pushed with', () => {
    expect(app.platformVersion).toBe(manifest.dependencies['zapier-platform-core'])
    expect(ours.devDependencies['zapier-platform-core']).toBe(app.platformVersion)
  })

  it.each([
    ['trigger', app.triggers, 'Triggers when '],
    ['action', app.creates, ''],
    ['search', app.searches, 'Finds '],
  ])('describes each %s in a sentence, as the style of Zapier wants', (_what, parts, beginning) => {
    for (const { key, noun, display } of shown(parts).map(part =>
      Object.assign({ key: '', noun: '' }, part),
    )) {
      expect(key).toMatch(/^[a-z][a-z_]+$/)
      expect(textAt(display, 'label')).toMatch(/^[A-Z]\w+ [A-Z]\w+$/)
      expect(textAt(display, 'label')).toContain(noun)
      expect(textAt(display, 'description')).toMatch(new RegExp(`^${beginning}[\\w ,]+.*\\.$`))
    }
  })
})
