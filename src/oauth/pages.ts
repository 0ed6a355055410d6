import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { type Scope, scopes as wordsOf } from '../scopes.ts'

type Html = ReturnType<typeof html>

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { box-sizing: border-box; width: 100%; max-width: 26rem; padding: 2rem 1.25rem; }
h1 { font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
label { display: block; margin-top: 1rem; }
input, button { box-sizing: border-box; width: 100%; padding: .65rem .75rem; font: inherit; border: 1px solid; border-radius: .4rem; }
button { margin-top: 1rem; cursor: pointer; }
button.first { background: #1d4ed8; border-color: #1d4ed8; color: #fff; }
button.quiet { border: 0; background: none; text-decoration: underline; color: inherit; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.problem { padding: .65rem .75rem; border: 2px solid #b91c1c; border-radius: .4rem; }
.place { overflow-wrap: anywhere; }`

const styleHash = hash('sha256', style, 'base64')

/**
 * What every page is sent with. No `form-action`: a browser holds the redirect to the app against it too, and every
 * redirect that the app answers with. The referrer policy tells other sites nothing; with `no-referrer` a browser would
 * send the forms with `Origin: null`, and they could not be told from those of another site.
 */
export const pageHeaders = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

const page = (title: string, content: Html) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body><main>
<h1>${title}</h1>
${content}
</main></body>
</html>`

/** Where a form goes, and the token that makes it ours. */
export interface Form {
  action: string
  token: string
}

const form = ({ action, token }: Form, content: Html) => html`<form method="post" action="${action}">
<input type="hidden" name="form_token" value="${token}">
${content}
</form>`

interface LogIn {
  appName: string
  /** What was wrong with the last attempt. */
  problem?: string
  email?: string
}

/** Asks who is there. */
export const logInPage = (to: Form, { appName, problem, email = '' }: LogIn) =>
  page(
    `Log in to continue to ${appName}`,
    html`${problem === undefined ? '' : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
${form(
  to,
  html`<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}"${described(problem)}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described(problem)}>
<button class="first" name="act" value="logIn">Log in</button>`,
)}`,
  )

const described = (problem: string | undefined) =>
  problem === undefined ? '' : raw(' aria-invalid="true" aria-describedby="problem"')

interface Consent {
  appName: string
  user: { name: string; email: string }
  scopes: readonly Scope[]
  redirectUri: string
}

/** Asks whether the app may. */
export const consentPage = (to: Form, { appName, user, scopes, redirectUri }: Consent) =>
  page(
    `${appName} asks for access to your account`,
    html`<p>You are logged in as <strong>${user.name}</strong> (<span class="place">${user.email}</span>).</p>
<p>If you allow it, the app can:</p>
<ul>${scopes.map(scope => html`<li>${wordsOf[scope]}</li>`)}</ul>
<p>Then you go on to <strong class="place">${placeOf(redirectUri)}</strong>. You can end the access whenever you like.</p>
${form(
  to,
  html`<button class="first" name="act" value="allow">Allow</button>
<button name="act" value="deny">Deny</button>
<button class="quiet" name="act" value="logOut">Use another account</button>`,
)}`,
  )

/** Says why nothing goes on from here. `again`: where to start once more. */
export const problemPage = (title: string, problem: string, again?: string) =>
  page(title, html`<p>${problem}</p>${again === undefined ? '' : html`<p><a href="${again}">Try again</a></p>`}`)

// The part of an address that tells who is there; a private scheme names the app.
const placeOf = (uri: string): string => new URL(uri).host || new URL(uri).protocol
