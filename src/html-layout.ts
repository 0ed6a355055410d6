// The look of our pages for people: server-rendered HTML, without scripts.

import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'

export type Html = ReturnType<typeof html>

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { box-sizing: border-box; width: 100%; max-width: 26rem; padding: 2rem 1.25rem; }
h1 { font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
p, li, dd, legend { overflow-wrap: anywhere; }
label, legend { display: block; margin-top: 1rem; padding: 0; }
input, select, textarea, button { box-sizing: border-box; width: 100%; padding: .65rem .75rem; font: inherit; border: 1px solid; border-radius: .4rem; }
input[type=radio], input[type=checkbox] { width: auto; margin: 0 .5rem 0 0; }
textarea { min-height: 5.5rem; }
fieldset { margin: 1rem 0 0; border: 0; padding: 0; min-width: 0; }
fieldset label { margin-top: .4rem; }
button { margin-top: 1rem; cursor: pointer; }
button.first { background: #1d4ed8; border-color: #1d4ed8; color: #fff; }
button.danger { background: #b91c1c; border-color: #b91c1c; color: #fff; }
button.quiet { border: 0; background: none; text-decoration: underline; color: inherit; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.problem { padding: .65rem .75rem; border: 2px solid #b91c1c; border-radius: .4rem; }
.place { overflow-wrap: anywhere; }
.accent { display: block; width: 100%; height: .4rem; border-radius: .4rem; }
.lines { white-space: pre-line; }
.wrong { margin: .25rem 0 0; font-weight: 600; }
.wrong::before { content: '⚠ '; }
[aria-invalid] { border: 2px solid #b91c1c; }
ul.plain { list-style: none; margin: .5rem 0 0; padding: 0; }
ul.starts { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .5rem; }
ul.plain a.box, td a { display: block; border: 1px solid; border-radius: .4rem; text-align: center; padding: .5rem .25rem; }
ul.plain a.card { display: block; margin-top: .75rem; padding: .75rem; border: 1px solid; border-radius: .4rem; text-decoration: none; color: inherit; }
ul.plain a.card strong { text-decoration: underline; }
table { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: .15rem; text-align: center; }
caption { font-weight: 600; }
td a { font-weight: 600; }
td a[aria-current] { background: #1d4ed8; border-color: #1d4ed8; color: #fff; }
nav { display: flex; justify-content: space-between; gap: 1rem; }
dt { margin-top: .75rem; font-weight: 600; }
dd { margin: 0; }`

const styleHash = hash('sha256', style, 'base64')

/**
 * What every page is sent with. No `form-action`: a browser holds the redirect of a form against it
 * too, and every redirect that the answer to that leads to. The referrer policy reveals nothing to
 * other sites; with `no-referrer` a browser would send the forms with `Origin: null`, and they
 * could not be distinguished from those of another site.
 */
export const pageHeaders = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/**
 * A page. @param accent colour of a bar above it, `#rrggbb`: an attribute of SVG, which needs no
 * style that the content security policy would have to allow
 */
export const page = (title: string, content: Html, accent?: string): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body><main>
${accent === undefined ? '' : html`<svg class="accent" aria-hidden="true"><rect width="100%" height="100%" fill="${accent}"/></svg>`}
<h1>${title}</h1>
${content}
</main></body>
</html>`
