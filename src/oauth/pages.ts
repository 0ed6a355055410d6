import { html, raw } from 'hono/html'
import { type Html, page } from '../html-layout.ts'
import { type Scope, scopes as wordsOf } from '../scopes.ts'

/** Where a form goes, and the token that makes it ours. */
export interface Form {
  action: string
  token: string
}

const form = (
  { action, token }: Form,
  content: Html,
) => html`<form method="post" action="${action}">
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
<ul>${wordsFor(scopes).map(words => html`<li>${words}</li>`)}</ul>
<p>Then you go on to <strong class="place">${placeOf(redirectUri)}</strong>. You can end the access whenever you like.</p>
${form(
  to,
  html`<button class="first" name="act" value="allow">Allow</button>
<button name="act" value="deny">Deny</button>
<button class="quiet" name="act" value="logOut">Use another account</button>`,
)}`,
  )

// What every credential may.
const wordsFor = (scopes: readonly Scope[]): string[] =>
  scopes.length === 0
    ? ['Read who you are: your name, e-mail and time zone']
    : scopes.map(scope => wordsOf[scope])

/** Says why nothing goes on from here. `again`: where to start once more. */
export const problemPage = (title: string, problem: string, again?: string) =>
  page(
    title,
    html`<p>${problem}</p>${again === undefined ? '' : html`<p><a href="${again}">Try again</a></p>`}`,
  )

// The host of a redirect URI. A private scheme names the application.
const placeOf = (uri: string): string => new URL(uri).host || new URL(uri).protocol
