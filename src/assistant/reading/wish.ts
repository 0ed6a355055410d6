import type { Person } from './person.ts'

/**
 * What a message is for: `book` finds or books a time, `pick` takes an offered one, `details` says
 * who they are, `drop` gives up what is under way; `cancel` and `reschedule` are of bookings that
 * exist; `unclear` is none of all.
 */
export type Wish =
  | 'book'
  | 'pick'
  | 'details'
  | 'yes'
  | 'no'
  | 'more'
  | 'earlier'
  | 'drop'
  | 'cancel'
  | 'reschedule'
  | 'list'
  | 'about'
  | 'help'
  | 'greeting'
  | 'thanks'
  | 'unclear'

interface Around {
  isUnderWay: boolean
  /** Whether something was booked in this conversation. */
  hasBooked: boolean
  pick: number | undefined
  /** Whether it says what or when. */
  says: boolean
  person: Person
}

/** Of a meeting that was booked a moment ago. */
const MOVES_IT = /\b(?:move|change|postpone|shift|push)\b.{0,20}\b(?:it|that|this)\b/i

const MEETING = '(?:booking|appointment|meeting|call|session|slot|reservation)'
const patterns = {
  drop: /^\W*(?:no\W+|oh\W+|ok(?:ay)?\W+)?(?:never ?mind|forget (?:it|that|about it)|stop|leave it|start over|start again|no,? thanks?(?: you)?|cancel(?: that| it| this)?)\W*$/i,
  cancel: new RegExp(`\\bcancel|\\bcall off\\b|\\bdelete my ${MEETING}`, 'i'),
  reschedule: new RegExp(
    `\\breschedul|\\b(?:move|change|postpone|shift|push back)\\b.{0,20}\\b(?:my|our|existing)\\b.{0,20}\\b${MEETING}`,
    'i',
  ),
  about:
    /\bhow long\b|\bwhat(?:['’]s| is) .{1,60}\b(?:about|for)\W*$|\btell me (?:more )?about\b|\bdescribe\b/i,
  list: /\bwhat (?:do|can|does|could) .{0,30}\b(?:offer|book|have|choose)\b|\bwhat (?:kinds?|types?|sorts?|options|meetings|calls|events|services|appointments)\b|\bwhich (?:meetings|calls|events|types|services)\b|\b(?:list|show)(?: me)? (?:the |your |all )*(?:meetings|event types|calls|services|options|offers)\b/i,
  help: /^\W*(?:help|help me)\W*$|\bwho are you\b|\bwhat (?:are you|can you do|is this)\b|\bare you (?:a |an )?(?:bot|human|robot|ai|person)\b|\bhow does this work\b/i,
  yes: /^\W*(?:yes|yep|yeah|yup|ya|sure|ok|okay|k|please do|go ahead|do it|sounds? (?:good|great|perfect|fine)|perfect|great|fine|deal|agreed|correct|confirm(?:ed)?|that works|works(?: for me)?|that['’]s (?:good|fine|great|perfect|right)|i['’]?ll take (?:it|that)|book (?:it|that|this)|let['’]s do (?:it|that))(?:[\s,.!]+(?:please|thanks|thank you|book (?:it|that|this)|that works|go ahead|sounds good|do it|confirm|i['’]?ll take it))*\W*$/i,
  earlier:
    /\b(?:bit|little|hours?|minutes?|any(?:thing)?|something|slightly|much) (?:earlier|sooner)\b|^\W*(?:earlier|sooner)\W*$/i,
  more: /\b(?:bit|little|hours?|minutes?|something|slightly|much) later\b|\b(?:something|anything|any(?:thing)? time|someth?ing) else\b|\b(?:other|different|more|another|alternative)\b.{0,12}\b(?:times?|slots?|options?|days?|dates?|ones?)\b|\bnone of (?:those|these|them)\b|\banything (?:later|else)\b|\bwhat else\b|\bshow (?:me )?(?:some |a few )?(?:more|others?)\b|^\W*(?:(?:some |any )?(?:later|more|others?)|(?:the )?next ones?)(?: please)?\W*$|\bneither\b/i,
  no: /^\W*(?:no|nope|nah|not really|no good|doesn['’]?t work|not that(?: one)?|i don['’]?t like (?:it|that|those))(?:[\s,.!]+(?:sorry|thanks|that doesn['’]?t work(?: for me)?))*\W*$/i,
  book: /\b(?:book|schedule|reserve|arrange|appointment|set up|meet(?:ing)?|call|chat|talk|slots?|availab\w*|free|openings?|times?)\b/i,
  greeting:
    /^\W*(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings|yo)(?: there| all| everyone)?\W*$/i,
  thanks:
    /^\W*(?:(?:many )?thanks?(?: (?:you|a lot|so much|very much))*|thx|ty|cheers|great,? thanks?(?: you)?|bye|goodbye|see you)(?:[\s,.!]+(?:bye|thanks))*\W*$/i,
}

/** Others who speak to a program rather than for a meeting, and want what nobody here may give. */
const ORDERS =
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|previous|above|everything|restrictions?)\b|\bsystem prompt\b|\b(?:api[ _-]?keys?|passwords?|secrets|secret keys?|credentials?|database|sql|select \*|drop table)\b|\b(?:all|other|everyone['’]?s?|their|customers?['’]?) (?:bookings|invitees|e-?mails|contacts|appointments)\b|\bwho (?:else )?(?:has |is )?booked\b|\b(?:act|pretend|behave) as\b|<\/?\w+>/i

/** What a message is for. */
export function readWish(
  message: string,
  { isUnderWay, hasBooked, pick, says, person }: Around,
): Wish {
  const is = (wish: keyof typeof patterns): boolean => patterns[wish].test(message)
  if (ORDERS.test(message)) return 'unclear'
  if (is('drop') && (isUnderWay || !is('cancel'))) return 'drop'
  if (is('reschedule') || (hasBooked && !isUnderWay && MOVES_IT.test(message))) return 'reschedule'
  if (is('cancel')) return 'cancel'
  if (pick !== undefined) return 'pick'
  if (is('greeting')) return 'greeting'
  if (is('about')) return 'about'
  if (is('list')) return 'list'
  if (is('help')) return 'help'
  if (says) return 'book'
  if (is('thanks')) return 'thanks'
  if (is('yes')) return 'yes'
  if (is('earlier')) return 'earlier'
  if (is('more')) return 'more'
  if (is('no')) return 'no'
  if (
    person.email !== undefined ||
    person.wrongEmail !== undefined ||
    person.name !== undefined ||
    person.phone !== undefined
  )
    return 'details'
  return is('book') ? 'book' : 'unclear'
}
