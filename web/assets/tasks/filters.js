// The bar above the tasks: text, filters, and what clears them.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { everything } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { project, setQuery } from '../core/route.js';
import { PRIORITIES, STATUSES, TYPES, named, priorityName } from '../core/words.js';
import { Icon } from '../ui/icon.js';
import { Popup } from '../ui/popup.js';
import { NARROWING, STANDINGS, narrows } from './filter.js';

const PAUSE = 180;

/** @param {{ filter: import('./filter.js').Filter }} props */
export function FilterBar({ filter }) {
  const clear = () => setQuery(Object.fromEntries(NARROWING.map((name) => [name, undefined])));
  return html`<div class="filters" role="search" aria-label="Filter tasks">
    <${SearchField} value=${filter.search} onChange=${(/** @type {string} */ search) => setQuery({ search }, { replace: true })} />
    <${Choice} name="Status" param="status" chosen=${filter.status} options=${STATUSES.map((value) => ({ value, label: named(value) }))} />
    <${Choice} name="Type" param="type" chosen=${filter.type} options=${TYPES.map((value) => ({ value, label: named(value) }))} />
    <${Choice} name="Priority" param="priority" chosen=${filter.priority} options=${PRIORITIES.map((level) => ({ value: `${level}`, label: priorityName(level) }))} />
    <${LabelChoice} chosen=${filter.label} />
    <${Choice} name="Queue" param="is" single chosen=${filter.is ? [filter.is] : []} options=${STANDINGS.map(({ name, label }) => ({ value: name, label }))} />
    <${Words} name="Assignee" param="assignee" value=${filter.assignee} hint="a name, exactly" />
    <${Words} name="Created by" param="actor" value=${filter.actor} hint="ai, ai:claude-code or a name" />
    <${Choice} name="Archived" param="archived" single chosen=${filter.archived ? ['true'] : []} options=${[{ value: 'true', label: 'Show archived too' }]} />
    ${filter.parent && html`<button type="button" class="set" onClick=${() => setQuery({ parent: undefined })}>Parts of ${filter.parent} <${Icon} name="close" /></button>`}
    ${narrows(filter) && html`<button type="button" class="link" onClick=${clear}>Clear filters</button>`}
  </div>`;
}

/** @param {{ value: string, onChange: (text: string) => void, label?: string }} props */
export function SearchField({ value, onChange, label = 'Search tasks' }) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  const said = useRef(value);
  useEffect(() => {
    // The address changed by something else than this field.
    if (value !== said.current) setText((said.current = value));
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  /** @param {string} next */
  const type = (next) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange((said.current = next.trim())), PAUSE);
  };
  return html`<label class="search-field"><${Icon} name="search" /><span class="unseen">${label}</span>
    <input type="search" data-search value=${text} placeholder="Search" autocomplete="off" spellcheck="false"
      onInput=${(/** @type {any} */ event) => type(event.target.value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && (text ? type('') : /** @type {HTMLElement} */ (event.target).blur())} />
    <kbd aria-hidden="true">/</kbd></label>`;
}

/**
 * @param {{ name: string, param: string, chosen: string[], options: { value: string, label: string }[], single?: boolean }} props
 */
function Choice({ name, param, chosen, options, single }) {
  /** @param {string} value @param {boolean} on */
  const toggle = (value, on) => setQuery({ [param]: single ? (on ? [value] : []) : on ? [...chosen, value] : chosen.filter((one) => one !== value) });
  const summary = chosen.map((value) => options.find((option) => option.value === value)?.label ?? value).join(', ');
  return html`<${Popup} class=${chosen.length ? 'set' : ''} name=${chosen.length ? `${name}: ${summary}` : `Filter by ${name.toLowerCase()}`}
    label=${html`${name}${chosen.length > 0 && html`<b>${chosen.length > 2 ? chosen.length : summary}</b>`}<${Icon} name="down" />`}>
    ${() => html`<div class="choices">${options.map(
      ({ value, label }) => html`<label key=${value} class="choice"><input type="checkbox" checked=${chosen.includes(value)}
        onChange=${(/** @type {any} */ event) => toggle(value, event.target.checked)} />${label}</label>`,
    )}${options.length === 0 && html`<p class="faint">There are none.</p>`}</div>`}
  <//>`;
}

/** @param {{ chosen: string[] }} props */
function LabelChoice({ chosen }) {
  const labels = useResource(`labels ${project.value}`, (abort) => everything('/labels', { project: project.value }, 'labels', { abort }), (event) => event.entity === 'label');
  const names = new Set([...chosen, .../** @type {Label[]} */ (labels.data ?? []).map(({ name }) => name)]);
  return html`<${Choice} name="Label" param="label" chosen=${chosen} options=${[...names].sort().map((value) => ({ value, label: value }))} />`;
}

/** @param {{ name: string, param: string, value: string, hint: string }} props */
function Words({ name, param, value, hint }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return html`<${Popup} class=${value ? 'set' : ''} name=${value ? `${name}: ${value}` : `Filter by ${name.toLowerCase()}`}
    label=${html`${name}${value && html`<b>${value}</b>`}<${Icon} name="down" />`}>
    ${(/** @type {() => void} */ close) => html`<form class="words" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      setQuery({ [param]: text.trim() });
      close();
    }}>
      <label class="stack">${name}<input value=${text} placeholder=${hint} onInput=${(/** @type {any} */ event) => setText(event.target.value)} /></label>
      <button type="submit" class="primary">Filter</button>
    </form>`}
  <//>`;
}
