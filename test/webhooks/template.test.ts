// Templates of hooks: what they fill in, and what they may not.

import { expect, it } from 'vitest'
import { fill, whyNotTemplate } from '../../src/webhooks/template.ts'

const data = {
  title: 'Intro "at once" & more',
  length: 30,
  attendees: [{ name: 'Ada' }, { name: 'Bo' }],
  organizer: { name: 'Host' },
  reason: null,
}

it.each([
  ['{"t":"{{title}}","n":{{length}} }', '{"t":"Intro \\"at once\\" & more","n":30 }'],
  ['[{{#each attendees}}"{{name}}"{{#unless @last}},{{/unless}}{{/each}}]', '["Ada","Bo"]'],
  ['who={{attendees.0.name}}&t={{title}}', 'who=Ada&t=Intro "at once" %26 more'],
  ['{{#with organizer}}{{name}} {{../length}}{{/with}}', 'Host 30'],
  ['{{#if reason}}{{reason}}{{else}}none{{/if}}', 'none'],
  ['{{missing}}{{organizer.missing.more}}', ''],
])('%s', (template, filled) => {
  expect(whyNotTemplate(template)).toBeUndefined()
  expect(fill(template, data)).toBe(filled)
})

it.each([
  '{{constructor}}',
  '{{title.constructor.name}}',
  '{{__proto__}}',
  '{{organizer.hasOwnProperty}}',
  '{{#with attendees.constructor as |c|}}{{c.name}}{{/with}}',
])('%s tells nothing of what is not data', template => {
  expect(whyNotTemplate(template)).toBeUndefined()
  expect(fill(template, data)).toBe('')
})

it.each([
  ['{{title', 'cannot be read: Parse error on line 1'],
  ['{{#each attendees}}', 'cannot be read: Parse error on line 1'],
  ['{{> partial}}', 'must not have partials or decorators'],
  ['{{#* inline "x"}}{{/inline}}', 'must not have partials or decorators'],
  ['{{lookup organizer "name"}}', 'has a helper that is not known: lookup'],
  ['{{log title}}', 'has a helper that is not known: log'],
  ['{{#if (lookup a b)}}{{/if}}', 'has a helper that is not known: lookup'],
  ['{{#attendees}}{{/attendees}}', 'has a block that is not known: attendees'],
  ['{{#if}}{{/if}}', 'must give if one value'],
  ['{{each}}', 'must open each as a block'],
  ['{{#if a}}'.repeat(6) + '{{/if}}'.repeat(6), 'must have at most 5 blocks in one another'],
  ['x'.repeat(10_001), 'must have at most 10000 characters'],
])('%s is refused', (template, why) => {
  expect(whyNotTemplate(template)).toBe(why)
})

it('neither repeats nor prints without end', () => {
  const many = { list: Array.from({ length: 40 }, () => 'x'.repeat(1_000)) }
  expect(() => fill('{{#each list}}{{#each ../list}}-{{/each}}{{/each}}', many)).toThrow('repeats')
  expect(() => fill('{{#each list}}{{#each ../list}}{{this}}{{/each}}{{/each}}', many)).toThrow(
    'prints',
  )
})
