// Our own GraphQL documents, typed against schema.graphql: a variable that a document does not take
// and a field that it does not ask for are errors of `npm run check`. What the graph itself does
// not have, `checkDocuments` finds.
//
//   const GetBooking = graphql('query GetBooking($id: ID!) { booking(id: $id) { ...BookingParts } }', [BookingParts])
//   const { booking } = await executeDocument(context, GetBooking, { id })

import { initGraphQLTada, type TadaDocumentNode } from 'gql.tada'
import type { introspection } from './typed-env.d.ts'

/**
 * Makes a typed document, of an operation or a fragment, from its text and the fragments that it
 * spreads. What a fragment selects is part of the type where it is spread, so a serializer takes
 * the `ResultOf` of its fragment.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  /** As they are in an answer of `ask`, which is that of JSON. */
  scalars: {
    ID: string
    DateTime: string
    Date: string
    LocalTime: string
    TimeZone: string
    EmailAddress: string
    URL: string
    JSON: unknown
  }
}>()

export type { ResultOf, VariablesOf } from 'gql.tada'

/** A document that says by its type what it answers and which variables it takes. */
export type TypedDocument<Data, Variables> = TadaDocumentNode<Data, Variables>

/** Runs a typed document as somebody. @throws CallError for any error of the answer. */
export type ExecuteDocument = <Data, Variables>(
  document: TypedDocument<Data, Variables>,
  // Only the document says what the variables are; else one that it does not take would become part
  // of the type.
  variables: NoInfer<Variables>,
) => Promise<Data>
