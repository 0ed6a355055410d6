/** What other rooms may use of event types. */
export { archiveEventType } from './archive.ts'
export { createEventType, createFirstEventType } from './create.ts'
export {
  type BookableEventType,
  bookableOf,
  findBookable,
  findOwnerOf,
  findSeen,
  findToChange,
  type HostToBook,
  hostIdsOf,
  hostsByPage,
  type Owner,
} from './find.ts'
export { useLink } from './link.ts'
export { listOnBookingPage } from './list.ts'
export {
  askedOf,
  chooseLocation,
  isLocationKind,
  type Location,
  locationOf,
  locationsOf,
  readLocation,
} from './location.ts'
export {
  type Answer,
  parseAnswers,
  type Question,
  Questions,
  questionsOf,
  withKeys,
} from './question.ts'
export { type Recurrence, recurrenceOf } from './recurrence.ts'
export { updateEventType } from './update.ts'
