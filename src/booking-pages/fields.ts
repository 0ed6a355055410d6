// Fields of forms: a label, what was typed, and what is wrong with it beside it.

import { html } from 'hono/html'
import type { Html } from '../html-layout.ts'

/** A form as it is shown: what stands in it, and what is wrong, by the names of its fields. */
export interface Asking {
  typed: URLSearchParams
  problems: ReadonlyMap<string, string>
}

/** One field that is asked for. Its name is its id too. */
export interface Field {
  name: string
  label: string
  required?: boolean
  /** Type of the input. Default `text`. */
  type?: string
  /** What browsers fill in. */
  autocomplete?: string
  placeholder?: string | null
  /** Below the label, for people. */
  hint?: string
  /** Whether what stands in it cannot be changed. */
  fixed?: boolean
}

export const checked = (is: boolean) => (is ? 'checked' : '')

const MANDATORY = '(needed)'

/** What ties a field to its hint and its problem. */
export function described({ problems }: Asking, name: string, hint?: string): Html {
  const isWrong = problems.has(name)
  const ids = [
    ...(hint === undefined ? [] : [`${name}.hint`]),
    ...(isWrong ? [`${name}.problem`] : []),
  ]
  return html`${isWrong ? html`aria-invalid="true"` : ''} ${ids.length > 0 ? html`aria-describedby="${ids.join(' ')}"` : ''}`
}

export function problemOf({ problems }: Asking, name: string): Html {
  const problem = problems.get(name)
  return problem === undefined
    ? html``
    : html`<p class="wrong" id="${name}.problem">This ${problem}.</p>`
}

const labelOf = ({
  name,
  label,
  required,
  hint,
}: Field): Html => html`<label for="${name}">${label}${mark(required)}</label>
${hint === undefined ? '' : html`<span id="${name}.hint">${hint}</span>`}`

const mark = (required: boolean | undefined) => (required ? ` ${MANDATORY}` : '')

/** One line. */
export function textField(asking: Asking, field: Field): Html {
  const { name, type = 'text', required, autocomplete = 'off', placeholder, hint, fixed } = field
  return html`${labelOf(field)}
<input id="${name}" name="${name}" type="${type}" ${type === 'number' ? 'step=any' : ''} autocomplete="${autocomplete}" placeholder="${placeholder ?? ''}" value="${asking.typed.get(name) ?? ''}" ${required ? 'required' : ''} ${fixed ? 'readonly' : ''} ${described(asking, name, hint)}>
${problemOf(asking, name)}`
}

/** Several lines. */
export function linesField(asking: Asking, field: Field): Html {
  const { name, required, placeholder, hint, fixed } = field
  return html`${labelOf(field)}
<textarea id="${name}" name="${name}" placeholder="${placeholder ?? ''}" ${required ? 'required' : ''} ${fixed ? 'readonly' : ''} ${described(asking, name, hint)}>
${asking.typed.get(name) ?? ''}</textarea>
${problemOf(asking, name)}`
}

/** One of some options, from a list that opens. */
export function selectField(asking: Asking, field: Field, options: readonly string[]): Html {
  const { name, required } = field
  const chosen = asking.typed.get(name)
  return html`${labelOf(field)}
<select id="${name}" name="${name}" ${required ? 'required' : ''} ${described(asking, name)}>
<option value="">–</option>
${options.map(each => html`<option value="${each}" ${each === chosen ? 'selected' : ''}>${each}</option>`)}
</select>
${problemOf(asking, name)}`
}

/** Options in sight: one of them as `radio`, several as `checkbox`. */
export function choiceField(
  asking: Asking,
  field: Field,
  type: 'radio' | 'checkbox',
  options: readonly string[],
): Html {
  const { name, label, required } = field
  const chosen = asking.typed.getAll(name)
  return html`<fieldset id="${name}" ${described(asking, name)}>
<legend>${label}${mark(required)}</legend>
${options.map(each => html`<label><input type="${type}" name="${name}" value="${each}" ${type === 'radio' && required ? 'required' : ''} ${checked(chosen.includes(each))}>${each}</label>`)}
${problemOf(asking, name)}
</fieldset>`
}

/**
 * A box for yes. The hidden value says that it was asked, since a box that is not ticked is not
 * sent.
 */
export function yesField(asking: Asking, field: Field): Html {
  const { name, label, required } = field
  return html`<input type="hidden" name="${name}" value="no">
<label><input id="${name}" type="checkbox" name="${name}" value="yes" ${checked(asking.typed.getAll(name).includes('yes'))} ${required ? 'required' : ''} ${described(asking, name)}>${label}${mark(required)}</label>
${problemOf(asking, name)}`
}

/** At the top of a form that came back: what is wrong with the whole. */
export const problemSummary = (words: string): Html =>
  words === '' ? html`` : html`<p class="problem" role="alert">${words}</p>`
