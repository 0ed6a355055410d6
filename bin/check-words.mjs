// Finds words and phrases that are not plain technical English in the texts of the project.
// Code is not read, only comments, strings, SDL descriptions, documentation and names of tests.
//
//   node bin/check-words.mjs            lists what it finds, and fails when there is anything
//   node bin/check-words.mjs --count    prints the number of hits alone

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What to avoid, and what to write. The examples of phrases are regular expressions. */
const phrases = [
  [/\b(for|of|to|by|from) who\b/i, 'name the subject: the caller, the client, the invitee'],
  [/\bwhoever\b/i, 'name the subject: the caller, the client, the invitee'],
  [/\b(tells?|told|telling)\b/i, 'send, return, report, say'],
  [/\banswers? (the|with|its)\b/i, 'returns, responds'],
  [/\bunless (given|told|asked|another)\b/i, 'by default; "Default 25."'],
  [/\bbesides\b/i, 'also, in addition to, other than'],
  [/\banew\b/i, 'again'],
  [/\bmeanwhile\b/i, 'at the same time, in the meantime'],
  [/\bat fault\b/i, 'invalid, the field that is wrong'],
  [/\bat first\b/i, '"Default 0."'],
  [/\b(takes?|taken|taking) (it |them |him |her )?away\b/i, 'delete, remove'],
  [/\bhand(s|ed|ing)? (it |them )?over\b/i, 'pass, transfer'],
  [/\bgo(es)? out\b/i, 'is sent'],
  [/\bthe house\b|\b(a|the|each|its) (room|door|desk)s?\b/i, 'module, route, gateway port'],
  [/\bnobody's\b|\bwhose it is\b/i, 'name the owner'],
]

/** Names of tests that cannot be read alone in a list of failures. */
const testName =
  /\b(?:it|test)(?:\.\w+(?:\([^)]*\))?)*\(\s*(['"`])(is|are|has|have|of|was|were)\b[^'"`]*\1/g

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => /\.(ts|mjs|js|md|graphql|prisma)$/.test(file))
  .filter(
    file => !/(^|\/)(node_modules|generated|migrations)\/|typed-env\.d\.ts$|check-words/.test(file),
  )
  // The REST dialects and the tests are still to be rewritten; `--all` reads them too.
  .filter(file => process.argv.includes('--all') || !/^(rest-compat|test)\//.test(file))
  // Words of visitors, which the assistant understands.
  .filter(file => !/^test\/assistant\/|^src\/assistant\/reading\/.*words/.test(file))

const hits = files.flatMap(file => {
  const source = readFileSync(join(root, file), 'utf8')
  return [
    ...hitsIn(textOf(file, source)),
    ...(/\.test\.ts$/.test(file) ? namesIn(source) : []),
  ].map(({ line, text, advice }) => `${file}:${line}: "${text.trim()}": ${advice}`)
})

/** The source with everything but prose blanked out, at the same lines. */
function textOf(file, source) {
  if (!/\.(ts|mjs|js)$/.test(file))
    return file.endsWith('.md') ? source.replace(/^```[\s\S]*?^```/gm, blank) : source
  const token =
    /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g
  let text = ''
  let end = 0
  for (const match of source.matchAll(token)) {
    // A string without a space is a name.
    const isProse = match[1] !== undefined || /\w \w/.test(match[2])
    text += blank(source.slice(end, match.index)) + (isProse ? match[0] : blank(match[0]))
    end = match.index + match[0].length
  }
  return text
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ')
}

function hitsIn(text) {
  return text.split('\n').flatMap((line, index) =>
    phrases.flatMap(([pattern, advice]) => {
      const found = pattern.exec(line)
      return found === null ? [] : [{ line: index + 1, text: found[0], advice }]
    }),
  )
}

function namesIn(source) {
  return [...source.matchAll(testName)].map(match => ({
    line: source.slice(0, match.index).split('\n').length,
    text: match[0].replace(/^[\s\S]*?\(\s*(?=['"`])/, ''),
    advice: 'a test name is a statement that can be read alone: "rejects a booking that …"',
  }))
}

if (process.argv.includes('--count')) console.log(hits.length)
else if (hits.length > 0) {
  console.error(
    `${hits.join('\n')}\n\n${hits.length} texts to rewrite; see CONTRIBUTING.md, "Language".`,
  )
  process.exitCode = 1
}
