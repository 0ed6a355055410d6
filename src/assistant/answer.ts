import { type Answer, parseAnswers, type Question } from '../event-types/index.ts'
import { type Here, readDays } from './reading/days.ts'

/**
 * The answer to a question of an event type, from an invitee's words.
 * @returns the value as `book` takes it, or what is wrong with it as the end of a sentence
 */
export function answerFrom(
  question: Question,
  words: string,
  here: Here,
): { answer: Answer } | { problem: string } {
  const given = answerIn(question, words.trim(), here)
  const { answers, problems } = parseAnswers([question], { [question.key]: given }, '')
  const answer = answers[question.key]
  return answer === undefined ? { problem: problems[0]?.message ?? 'is missing' } : { answer }
}

function answerIn({ kind, options }: Question, words: string, here: Here): unknown {
  const parts = words.split(/\s*(?:,|;|\band\b)\s*/i).filter(part => part !== '')
  switch (kind) {
    case 'BOOLEAN':
      return /^\W*(?:yes|yep|yeah|sure|ok|okay|i (?:do|agree|accept)|agreed|true|of course)\b/i.test(
        words,
      )
    case 'SELECT':
    case 'RADIO':
      return optionMeant(options, words)
    case 'MULTI_SELECT':
    case 'CHECKBOXES':
      return options.includes(words) ? [words] : parts.map(part => optionMeant(options, part))
    case 'EMAILS':
      return parts
    case 'DATE':
      return readDays(words, here).days.days[0]?.first ?? words
    default:
      return words
  }
}

/** The option by its words in any capitals, or by its place. */
const optionMeant = (options: readonly string[], words: string): string =>
  options.find(option => option.toLowerCase() === words.toLowerCase()) ??
  (/^#?\d{1,2}$/.test(words) ? (options[Number(words.replace('#', '')) - 1] ?? words) : words)
