/** A part of a file that could not be read as RFC 5545 says. */
export interface Problem {
  /** Number of the line in the file, from 1; null when it concerns the whole file. */
  line: number | null
  /** UID of the event that it concerns. */
  uid: string | null
  message: string
}

/** Adds a problem to those of a file. */
export type Report = (line: number | null, message: string, uid?: string) => void

/** Problems that are kept for one feed. Later ones are not listed. */
export const MAX_PROBLEMS = 20
const MAX_UID_CHARS = 255

/** A list of problems that does not grow beyond its bound. */
export function problemList(): { list: Problem[]; report: Report } {
  const list: Problem[] = []
  return {
    list,
    report(line, message, uid) {
      if (list.length < MAX_PROBLEMS)
        list.push({ line, uid: uid?.slice(0, MAX_UID_CHARS) || null, message })
    },
  }
}
