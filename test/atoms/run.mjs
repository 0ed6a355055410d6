// node run.mjs <bundle> <component> <what it is given, as JSON>: the browser for components.mjs.

import { JSDOM } from 'jsdom'

const [, , bundle, component, json] = process.argv
const given = JSON.parse(json)

const { window } = new JSDOM('<!doctype html><body></body>', {
  url: 'https://app.example/',
  pretendToBeVisual: true,
})

const offset = Date.parse(given.now) - Date.now()
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + offset] : args))
  }
  static now() {
    return RealDate.now() + offset
  }
}

// What browsers have and jsdom has not.
const nothing = () => undefined
class Observer {
  observe = nothing
  unobserve = nothing
  disconnect = nothing
}
window.ResizeObserver = Observer
window.IntersectionObserver = Observer
window.matchMedia = media => ({
  ...{ media, matches: false, addListener: nothing, removeListener: nothing },
  ...{ addEventListener: nothing, removeEventListener: nothing },
})
window.scrollTo = nothing
window.Element.prototype.scrollIntoView = nothing
window.Element.prototype.hasPointerCapture = () => false

for (const name of Object.getOwnPropertyNames(window)) {
  if (
    name in globalThis &&
    !['Event', 'EventTarget', 'CustomEvent', 'FormData', 'Blob', 'navigator'].includes(name)
  )
    continue
  Object.defineProperty(globalThis, name, {
    value: window[name],
    configurable: true,
    writable: true,
  })
}
globalThis.window = window
globalThis.self = window

try {
  const { use } = await import(bundle)
  const reported = await use(component, given)
  console.log(`done ${JSON.stringify(reported)}`)
  process.exit(0)
} catch (error) {
  console.error(error)
  process.exit(1)
}
