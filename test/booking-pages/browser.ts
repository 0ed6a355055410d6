import type { Client } from '../helpers/world.ts'

// A browser without scripts, as far as these tests need one: it reads the forms and links of our
// pages, and sends forms as they stand, with what a person changes.

export interface Form {
  method: string
  action: string
  /** What would be sent, in order. */
  fields: [name: string, value: string][]
  /** Names of fields that must be filled in. */
  required: Set<string>
}

export interface Page {
  url: string
  status: number
  headers: Headers
  html: string
  title: string
  forms: Form[]
  /** Text and address of every link. */
  links: [text: string, url: string][]
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescaped = (text: string): string =>
  text.replace(/&(#?\w+);/g, (all, name: string) => ENTITIES[name] ?? all)

/** The words of a piece of HTML. */
export const wordsOf = (html: string): string =>
  unescaped(html.replace(/<(style|select)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()

function attributesOf(tag: string): Map<string, string> {
  const found = tag.matchAll(/\s([a-z-]+)(?:=(?:"([^"]*)"|([^\s">]+)))?/g)
  return new Map(
    [...found].map(([, name = '', quoted, bare]) => [name, unescaped(quoted ?? bare ?? '')]),
  )
}

function formOf(html: string, url: string): Form {
  const [opening = ''] = /^<form[^>]*>/.exec(html) ?? []
  const form = attributesOf(opening)
  const fields: Form['fields'] = []
  const required = new Set<string>()
  const controls = /<(input)\b[^>]*>|<(textarea|select)\b[^>]*>([\s\S]*?)<\/\2>/g
  for (const [whole, input, other, inner = ''] of html.matchAll(controls)) {
    const tag = input ?? other
    const attributes = attributesOf(whole.slice(0, whole.indexOf('>')))
    const name = attributes.get('name') ?? ''
    if (attributes.has('required')) required.add(name)
    const type = attributes.get('type')
    if ((type === 'radio' || type === 'checkbox') && !attributes.has('checked')) continue
    if (tag === 'textarea') fields.push([name, unescaped(inner.replace(/^\n/, ''))])
    else if (tag === 'select') fields.push([name, chosenIn(inner)])
    else fields.push([name, attributes.get('value') ?? (type === 'checkbox' ? 'on' : '')])
  }
  return {
    method: form.get('method') ?? 'get',
    action: new URL(form.get('action') ?? '', url).href,
    fields,
    required,
  }
}

function chosenIn(options: string): string {
  const all = [...options.matchAll(/<option\b[^>]*>/g)].map(([tag]) => attributesOf(tag))
  return (all.find(option => option.has('selected')) ?? all[0])?.get('value') ?? ''
}

async function pageOf(response: Response): Promise<Page> {
  const html = await response.text()
  const { url, status, headers } = response
  return {
    url,
    status,
    headers,
    html,
    title: wordsOf(/<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? ''),
    forms: [...html.matchAll(/<form\b[\s\S]*?<\/form>/g)].map(([form]) => formOf(form, url)),
    links: [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].map(([, tag = '', text = '']) => [
      wordsOf(text),
      new URL(attributesOf(tag).get('href') ?? '', url).href,
    ]),
  }
}

const ACCEPT = 'text/html,application/xhtml+xml,*/*;q=0.8'

export const open = async (url: string): Promise<Page> =>
  pageOf(await fetch(url, { headers: { accept: ACCEPT } }))

/** The one link with these words, or whose words fit. Throws when there is none. */
export function linkIn(page: Page, words: string | RegExp): string {
  const link = page.links.find(([text]) =>
    typeof words === 'string' ? text === words : words.test(text),
  )
  if (link === undefined) throw new Error(`no link says ${words} in: ${wordsOf(page.html)}`)
  return link[1]
}

export const follow = (page: Page, words: string | RegExp): Promise<Page> =>
  open(linkIn(page, words))

/** The form of a page that is sent by POST, or by the other method. */
export function formIn(page: Page, method = 'post'): Form {
  const form = page.forms.find(each => each.method === method)
  if (form === undefined)
    throw new Error(`no ${method} form in ${page.status}: ${wordsOf(page.html)}`)
  return form
}

/** The value of a field as it stands. */
export const valueIn = (page: Page, name: string): string | undefined =>
  formIn(page).fields.find(([each]) => each === name)?.[1]

/**
 * Sends the form of a page with some fields filled in; a list of values stands for boxes that are
 * ticked. Redirects are followed. Throws for a field that the form does not have, and for one that
 * it needs and is left empty.
 */
export async function submit(
  page: Page,
  values: Record<string, string | string[]> = {},
  { method = 'post', headers = {} as Record<string, string>, unchecked = false } = {},
): Promise<Page> {
  const form = formIn(page, method)
  const known = (name: string) => page.html.includes(`name="${name}"`)
  for (const name of Object.keys(values))
    if (!known(name)) throw new Error(`the form has no field ${name}`)
  const kept = form.fields.filter(([name]) => values[name] === undefined)
  const filled = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map(each => [name, each]),
  )
  const body = new URLSearchParams([...kept, ...filled])
  const missing = [...form.required].filter(name => !body.get(name))
  if (!unchecked && missing.length > 0) throw new Error(`the form needs ${missing.join(', ')}`)
  if (method === 'get') return open(`${form.action}?${body}`)
  const { origin } = new URL(page.url)
  return pageOf(
    await fetch(form.action, {
      method: 'POST',
      headers: {
        accept: ACCEPT,
        'content-type': 'application/x-www-form-urlencoded',
        origin,
        ...headers,
      },
      body: body.toString(),
    }),
  )
}

/** Changes the profile of a host, such as the hours of the clock in which their pages show times. */
export const givenProfile = (host: Client, input: Record<string, unknown>): Promise<unknown> =>
  host.run(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }',
    { input },
  )
