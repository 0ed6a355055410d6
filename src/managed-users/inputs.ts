import { Weekday } from '../accounts/weekday.ts'
import { builder } from '../graph/builder.ts'
import { PlatformPermission } from './types.ts'

const redirectUris =
  'Pages of these sites may use tokens of its accounts, 1 to 20. `https://*.example.com` is every site with one label before the host.'

export const CreatePlatformClientInput = builder.inputType('CreatePlatformClientInput', {
  description: 'A new platform client.',
  fields: t => ({
    name: t.string({ required: true, description: 'What to call it, at most 100 characters.' }),
    redirectUris: t.stringList({ required: true, description: redirectUris }),
    permissions: t.field({
      type: [PlatformPermission],
      required: true,
      description:
        'What it may do for its accounts, at most what the credential of this request may do. They cannot be changed.',
    }),
    logoUrl: t.field({ type: 'URL', description: 'Picture.' }),
    bookingRedirectUri: t.field({ type: 'URL', description: 'Where invitees go who have booked.' }),
    bookingCancelRedirectUri: t.field({ type: 'URL', description: 'Where they go to cancel.' }),
    bookingRescheduleRedirectUri: t.field({
      type: 'URL',
      description: 'Where they go to move a booking.',
    }),
    areEmailsEnabled: t.boolean({
      description: 'Whether emails are to be sent. Default true.',
    }),
    areDefaultEventTypesEnabled: t.boolean({
      description: 'Whether its accounts are created with four event types. Default false.',
    }),
    areCalendarEventsEnabled: t.boolean({
      description: 'Whether events are to be created in connected calendars. Default true.',
    }),
  }),
})

export const UpdatePlatformClientInput = builder.inputType('UpdatePlatformClientInput', {
  description: 'What to change of a platform client; fields that are left out stay.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the client.' }),
    name: t.string({ description: 'What to call it, at most 100 characters.' }),
    redirectUris: t.stringList({ description: `Replaces all. ${redirectUris}` }),
    logoUrl: t.field({ type: 'URL', description: 'URL of a picture. Null removes it.' }),
    bookingRedirectUri: t.field({ type: 'URL', description: 'Where invitees go who have booked.' }),
    bookingCancelRedirectUri: t.field({ type: 'URL', description: 'Where they go to cancel.' }),
    bookingRescheduleRedirectUri: t.field({
      type: 'URL',
      description: 'Where they go to move a booking.',
    }),
    areEmailsEnabled: t.boolean({ description: 'Whether it wants e-mails to be sent.' }),
    areDefaultEventTypesEnabled: t.boolean({
      description: 'Whether its accounts are made with four event types.',
    }),
    areCalendarEventsEnabled: t.boolean({
      description: 'Whether it wants events in connected calendars.',
    }),
    takeOver: t.boolean({
      description:
        'True gives the client a new secret and makes it depend on the credential of this request instead of the one that created it, also when that one has ended. Default false.',
    }),
  }),
})

export const DeletePlatformClientInput = builder.inputType('DeletePlatformClientInput', {
  description: 'The platform client to delete.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the client.' }),
  }),
})

export const CreateManagedAccountInput = builder.inputType('CreateManagedAccountInput', {
  description: 'A new account of a platform client.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the platform client.' }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: "The person's own address.",
    }),
    name: t.string({ required: true, description: 'Full name, at most 100 characters.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description:
        'Zone of the account; with it, it gets a schedule, Monday to Friday from nine to five.',
    }),
    timeFormat: t.int({ description: 'Hours that its clocks show: 12 or 24.' }),
    weekStart: t.field({ type: Weekday, description: 'With which day its weeks begin.' }),
    locale: t.string({ description: 'Language tag, `en`.' }),
    avatarUrl: t.field({ type: 'URL', description: 'Picture.' }),
    bio: t.string({ description: 'Some words about the person, for the booking page.' }),
    metadata: t.field({
      type: 'JSON',
      description: "An object of the client's own: at most 50 keys.",
    }),
  }),
})

export const UpdateManagedAccountInput = builder.inputType('UpdateManagedAccountInput', {
  description: 'What to change of an account of a platform client; fields that are left out stay.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the platform client.' }),
    userId: t.id({ required: true, description: 'Id of the account.' }),
    email: t.field({ type: 'EmailAddress', description: "The person's own address." }),
    name: t.string({ description: 'Full name, at most 100 characters.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Zone of the account, and of its default schedule.',
    }),
    timeFormat: t.int({ description: 'Hours that its clocks show: 12 or 24.' }),
    weekStart: t.field({ type: Weekday, description: 'With which day its weeks begin.' }),
    locale: t.string({ description: 'Language tag, `en`.' }),
    avatarUrl: t.field({ type: 'URL', description: 'URL of a picture. Null removes it.' }),
    bio: t.string({ description: 'About the person. Null removes it.' }),
    metadata: t.field({
      type: 'JSON',
      description: "An object of the client's own: at most 50 keys.",
    }),
    defaultScheduleId: t.id({ description: 'The schedule to make the default.' }),
  }),
})

export const DeleteManagedAccountInput = builder.inputType('DeleteManagedAccountInput', {
  description: 'The account to delete.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the platform client.' }),
    userId: t.id({ required: true, description: 'Id of the account.' }),
  }),
})

export const RenewManagedTokensInput = builder.inputType('RenewManagedTokensInput', {
  description: 'The account whose tokens are renewed.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the platform client.' }),
    userId: t.id({ required: true, description: 'Id of the account.' }),
  }),
})

export const RefreshManagedTokensInput = builder.inputType('RefreshManagedTokensInput', {
  description: 'A refresh token, and who uses it.',
  fields: t => ({
    clientId: t.id({ required: true, description: 'The `client_id` of the platform client.' }),
    clientSecret: t.string({ required: true, description: 'Its secret.' }),
    refreshToken: t.string({ required: true, description: 'The refresh token; it is used up.' }),
  }),
})
