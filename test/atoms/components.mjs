// Runs in a process of its own, with jsdom as the browser: renders one component of @calcom/atoms
// and uses it as a person does. Prints `done` with what the component reported, as JSON; fails
// otherwise.

import {
  AvailabilitySettings,
  Booker,
  CalProvider,
  EventTypeSettings,
  ListEventTypes,
  ListSchedules,
} from '@calcom/atoms'
import { SearchParamsContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime.js'
import { createElement, createRef } from 'react'
import { createRoot } from 'react-dom/client'

const WAIT_MS = 40_000

/** What `find` finds, once it finds something. */
async function until(what, find) {
  const end = performance.now() + WAIT_MS
  while (performance.now() < end) {
    const found = find()
    if (found) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not appear in:\n${document.body.textContent}`)
}

const one = selector => until(selector, () => document.querySelector(selector))
const text = words => until(words, () => document.body.textContent.includes(words))

/** A click with the events that libraries for controls listen to. */
function click(element) {
  for (const name of ['pointerdown', 'mousedown', 'pointerup', 'mouseup']) {
    element.dispatchEvent(new window.MouseEvent(name, { bubbles: true, cancelable: true }))
  }
  element.click()
}

/** Types a value into a field that React controls. */
function type(field, value) {
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')
  set.call(field, value)
  field.dispatchEvent(new window.Event('input', { bubbles: true }))
}

function show({ url, clientId, accessToken }, component) {
  const container = document.createElement('div')
  document.body.append(container)
  const options = { apiUrl: `${url}/v2`, refreshUrl: `${url}/refresh` }
  // The components read the address as in a page of Next.js.
  const page = createElement(
    SearchParamsContext.Provider,
    { value: new URLSearchParams() },
    component,
  )
  createRoot(container).render(
    createElement(CalProvider, { clientId, accessToken, options, autoUpdateTimezone: false }, page),
  )
}

/** A promise with the callbacks that settle it. */
function outcome() {
  const settle = {}
  const reported = new Promise((resolve, reject) => {
    settle.onSuccess = resolve
    settle.onError = error =>
      reject(
        new Error(
          `the component reports ${JSON.stringify(error?.response?.data ?? String(error))}`,
        ),
      )
  })
  return { reported, ...settle }
}

const uses = {
  async Booker(given) {
    const { reported, onSuccess, onError } = outcome()
    const { username, eventSlug, date } = given
    const day = String(Number(date.slice(-2)))
    show(
      given,
      createElement(Booker, {
        username,
        eventSlug,
        onCreateBookingSuccess: onSuccess,
        onCreateBookingError: onError,
      }),
    )
    const free = () =>
      [...document.querySelectorAll('[data-testid="day"]:not(:disabled)')].find(
        each => each.textContent === day,
      )
    click(await until(`day ${day}`, free))
    // The times of the day that is selected first may still be shown.
    click(await one(`[data-testid="time"][data-time^="${date}"]`))
    type(await one('[name="name"]'), 'Ann')
    type(await one('[name="email"]'), 'ann@example.org')
    click(await one('[data-testid="confirm-book-button"]:not(:disabled)'))
    return (await reported).data
  },

  async AvailabilitySettings(given) {
    const { reported, onSuccess, onError } = outcome()
    show(
      given,
      createElement(AvailabilitySettings, { onUpdateSuccess: onSuccess, onUpdateError: onError }),
    )
    const [, monday] = await until('the days', () => {
      const found = document.querySelectorAll('[data-testid$="-switch"]')
      return found.length === 7 && found
    })
    click(monday)
    click(await one('button[type="submit"]'))
    return (await reported).data
  },

  async EventTypeSettings(given) {
    const { reported, onSuccess, onError } = outcome()
    const form = createRef()
    show(
      given,
      createElement(EventTypeSettings, {
        ref: form,
        id: given.eventTypeId,
        tabs: ['recurring'],
        onSuccess,
        onError,
      }),
    )
    click(await one('[data-testid="recurring-event-check"]'))
    await one('[data-testid="recurring-event-collapsible"]')
    form.current.handleFormSubmit()
    return (await reported).recurringEvent
  },

  async ListSchedules(given) {
    show(given, createElement(ListSchedules))
    await text(given.timeZone)
    return (await one('[data-testid="schedules"]')).textContent
  },

  async ListEventTypes(given) {
    show(given, createElement(ListEventTypes))
    await text(given.title)
    return (await one('[data-testid="event-types"]')).textContent
  },
}

export const use = (name, given) => uses[name](given)
