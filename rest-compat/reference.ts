import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { OpenApi, Operation, Schema } from './openapi.ts'

type Html = ReturnType<typeof html>

/**
 * The reference page of a dialect, from its OpenAPI document: one page without scripts, which loads
 * nothing.
 */
export function referenceOf({ info, servers, tags, paths, components }: OpenApi): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  const title = `${info.title} ${info.version}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} reference</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#reference">Skip to the reference</a>
<header>
<h1>${title}</h1>
${info.description.split('\n\n').map(paragraph => html`<p>${paragraph}</p>`)}
<p>Base: ${servers.map(({ url }, index) => html`${index === 0 ? '' : ', or '}<code>${url}</code>`)}.
The same as a document for programs: <a href="openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Contents">
${tags.map(
  ({ name }) => html`<h2>${name}</h2>
<ul>${operations
    .filter(({ operation }) => operation.tags.includes(name))
    .map(
      ({ method, path, operation }) =>
        html`<li><a href="#${operation.operationId}"><code>${method} ${path}</code></a></li>`,
    )}</ul>`,
)}
<h2>Shapes</h2>
<ul>${Object.keys(components.schemas).map(name => html`<li><a href="#shape-${name}">${name}</a></li>`)}</ul>
</nav>
<main id="reference">
${tags.map(
  ({ name }) => html`<section>
<h2>${name}</h2>
${operations.filter(({ operation }) => operation.tags.includes(name)).map(operationSection)}
</section>`,
)}
<section>
<h2>Shapes</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<article id="shape-${name}">
<h3>${name}</h3>
${fieldTable(`Fields of ${name}`, schema)}
</article>`,
)}
</section>
</main>
</body>
</html>
`
}

function operationSection({
  method,
  path,
  operation,
}: {
  method: string
  path: string
  operation: Operation
}): Html {
  const { operationId, summary, parameters, requestBody, responses, security } = operation
  const scopes = new Set(security.flatMap(each => Object.values(each).flat()))
  const body = requestBody?.content?.['application/json'].schema
  return html`<article id="${operationId}">
<h3><code>${method} ${path}</code></h3>
<p>${summary}</p>
<p>${
    security.length === 0
      ? 'For anyone.'
      : scopes.size === 0
        ? 'Any credential may.'
        : html`Scope: ${[...scopes].map(scope => html`<code>${scope}</code>`)}`
  }</p>
${
  parameters.length === 0
    ? ''
    : table(
        'Parameters',
        ['Name', 'In', 'Type', 'Required', 'Meaning'],
        parameters.map(({ name, in: place, schema, required, description }) => [
          html`<code>${name}</code>`,
          place,
          typeOf(schema),
          required ? 'yes' : 'no',
          prose(description),
        ]),
      )
}
${body === undefined ? '' : fieldTable('Body, JSON', body)}
${table(
  'Answers',
  ['Status', 'When', 'Body'],
  Object.entries(responses).map(([status, { description, content }]) => [
    status,
    description,
    content === undefined ? 'none' : typeOf(content['application/json'].schema),
  ]),
)}
</article>`
}

const fieldTable = (caption: string, { properties = {}, required = [] }: Schema): Html =>
  table(
    caption,
    ['Field', 'Type', 'Always there', 'Meaning'],
    Object.entries(properties).map(([name, schema]) => [
      html`<code>${name}</code>`,
      typeOf(schema),
      required.includes(name) ? 'yes' : 'no',
      prose(schema.description ?? ''),
    ]),
  )

type Cell = string | Html

const table = (
  caption: string,
  headings: string[],
  rows: Cell[][],
): Html => html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${headings.map(heading => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
  ([first = '', ...cells]) =>
    html`<tr><th scope="row">${first}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`,
)}</tbody>
</table>
</div>`

/** A type in a few words, with links to the shapes. */
function typeOf({ $ref, type, items, anyOf, properties, enum: values, format }: Schema): Cell {
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return html`<a href="#shape-${name}">${name}</a>`
  }
  if (anyOf !== undefined)
    return html`${anyOf.map((each, index) => html`${index === 0 ? '' : ' or '}${typeOf(each)}`)}`
  if (items !== undefined) return html`list of ${typeOf(items)}`
  if (values !== undefined) return values.join(', ')
  if (properties !== undefined) {
    const fields = Object.entries(properties)
    return html`{ ${fields.map(([name, each], index) => html`${index === 0 ? '' : ', '}${name}: ${typeOf(each)}`)} }`
  }
  const name = [type].flat().join(' or ')
  return format === undefined ? name : `${name} (${format})`
}

/** Words in which what stands between backticks is code. */
const prose = (words: string): Html =>
  html`${words.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#cbd5e1, #475569); --link: light-dark(#1d4ed8, #93c5fd) }
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem 1.25rem 4rem }
a { color: var(--link) }
a:focus-visible, .wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -999rem }
.skip:focus { position: static }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere }
nav { border: solid var(--line); border-width: 1px 0; columns: 18rem }
nav h2 { font-size: 1rem; margin: 0.5rem 0 0 }
nav ul { margin: 0; padding-left: 1.25rem }
article { border-top: 1px solid var(--line); margin-top: 1.5rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: 0.75rem 0; width: 100% }
caption { font-weight: 600; text-align: left }
th, td { border: 1px solid var(--line); font-weight: 400; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top }
thead th { font-weight: 600 }
`

/**
 * The content security policy of reference pages: no script, no frame around them, and their own
 * style alone.
 */
export const referencePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
