import { z } from 'zod'

// RFC 3986 section 2, without the sign of a fragment, which RFC 6749 section 3.1.2 forbids.
const URI = /^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?=[/?]|$)/
// RFC 8252 section 7.1: the reversed name of a domain that the app's maker owns.
const PRIVATE_SCHEME = /^([a-z][a-z0-9+-]*)(\.[a-z0-9+-]+)+:[^:]/
/**
 * Schemes that browsers and systems act on: a private scheme cannot begin with one of them, since
 * what reads only the first part would run or open it. The few that are top-level domains too leave
 * their apps https.
 */
const KNOWN_SCHEMES = new Set(
  `about blob cid chrome data dav dns facetime feed file filesystem ftp ftps geo git gopher http https imap intent irc
  jar javascript ldap ldaps livescript magnet mailto market mms mocha nfs news nntp pop rtsp sftp sip sips skype smb sms
  ssh svn tel telnet urn vbscript view-source webcal ws wss x-javascript xmpp`.split(/\s+/),
)

/**
 * Where an app can have its answers sent: https, http to the machine of the user, or a private
 * scheme such as `com.example.app:/done`.
 */
export const redirectUri = z
  .string()
  .max(2048, 'must have at most 2048 characters')
  .refine(
    isRedirectUri,
    'must be an absolute https URI, http to 127.0.0.1, [::1] or localhost, or a scheme such as com.example.app:/, without credentials or a fragment',
  )

function isRedirectUri(uri: string): boolean {
  if (!URI.test(uri) || !URL.canParse(uri)) return false
  const { username, password } = new URL(uri)
  if (username !== '' || password !== '') return false
  return /^https:\/\/[^/?]/.test(uri) || LOOPBACK.test(uri) || isPrivateScheme(uri)
}

function isPrivateScheme(uri: string): boolean {
  const first = PRIVATE_SCHEME.exec(uri)?.[1]
  return first !== undefined && !KNOWN_SCHEMES.has(first)
}

/**
 * Whether the app registered the URI: letter by letter (RFC 9700 section 2.1), but for the port of
 * a loopback address, which an app on the user's machine learns when it starts to listen (RFC 8252
 * section 7.3).
 */
export function isRegistered(asked: string, registered: readonly string[]): boolean {
  // One that was registered before a rule was added is not used any more.
  if (registered.includes(asked)) return isRedirectUri(asked)
  if (!LOOPBACK.test(asked) || !URL.canParse(asked)) return false
  return registered.some(uri => LOOPBACK.test(uri) && withoutPort(uri) === withoutPort(asked))
}

const withoutPort = (uri: string): string => uri.replace(LOOPBACK, 'http://$1')

/**
 * The URI with an answer in its query; a query that it has itself stays as it is (RFC 6749 section
 * 3.1.2).
 */
export function withAnswer(uri: string, answer: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer))
    if (value !== undefined) query.set(name, value)
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`
}
