// The tasks as cards in columns. A card is moved by dragging, or by Shift and an
// arrow; a column draws only the cards in sight.

import { html, useMemo, useRef, useState } from '../vendor/preact.js';
import { params, setQuery } from '../core/route.js';
import { useResource } from '../core/resource.js';
import { narrow } from '../core/width.js';
import { PRIORITIES, STATUSES, TYPES, named, priorityName } from '../core/words.js';
import { Failure, Loading } from '../ui/empty.js';
import { complain, say } from '../ui/toast.js';
import { Virtual } from '../ui/virtual.js';
import { placeOf, useArrival } from './arrival.js';
import { Card } from './card.js';
import { change } from './edit.js';
import { query } from '../core/api.js';
import { apiParams } from './filter.js';
import { allTasks, ofTasks, useTaskPages } from './pages.js';

const GROUPS = ['status', 'priority', 'type', 'assignee'];
const CARD = 112;
/** On a phone, where the type is larger. */
const NARROW_CARD = 122;
/** By assignee, so many tasks are read and grouped here: the API has no list of assignees. */
const MOST = 2000;

/** @typedef {{ value: string, name: string }} Group */
/** @typedef {{ count: number, total: number, at: (index: number) => Task | undefined, onRange: (first: number, last: number) => void }} Cards */

/** @param {{ filter: import('./filter.js').Filter }} props */
export function TaskBoard({ filter }) {
  const by = GROUPS.includes(params.value.get('by') ?? '') ? /** @type {string} */ (params.value.get('by')) : 'status';
  const [dragged, setDragged] = useState(/** @type {Task | null} */ (null));
  const board = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [arriving, expect] = useArrival(board);

  /** @param {Task} task @param {string} value */
  const move = async (task, value) => {
    const field = /** @type {import('./edit.js').Field} */ (by);
    if (groupOf(task, by) === value) return;
    expect(task.ref, value);
    try {
      const { conflict, task: moved } = await change(task, field, value);
      if (conflict) {
        say(`${task.ref}: ${by} was set to ${conflict.theirs} meanwhile.`, { kind: 'error', label: 'Move it all the same', act: () => move(conflict.task, value) });
      } else if (moved) {
        say(`${task.ref} moved to ${groupName(by, value)}.`);
      }
    } catch (error) {
      complain(error);
    }
  };

  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    const card = event.target instanceof Element ? event.target.closest('[data-ref]') : null;
    const columns = [...(board.current?.querySelectorAll('.column') ?? [])];
    if (!card || !event.key.startsWith('Arrow')) return;
    const column = columns.findIndex((one) => one.contains(card));
    const cards = [...columns[column].querySelectorAll('[data-ref]')];
    const at = cards.indexOf(card);
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    event.preventDefault();
    if (event.shiftKey) {
      const task = /** @type {any} */ (card).task;
      const to = columns[column + sideways];
      if (task && to && sideways) move(task, /** @type {HTMLElement} */ (to).dataset.value ?? '');
      return;
    }
    const next = sideways ? nearest(columns, column, sideways, at) : cards[at + (event.key === 'ArrowDown' ? 1 : -1)];
    /** @type {HTMLElement | undefined} */ (next)?.focus();
  };

  const shared = { by, filter, dragged, arriving, onDrag: setDragged, onMove: move };
  return html`<div class="board-by">
      <span id="board-by">Columns by</span>
      <div class="segments" role="group" aria-labelledby="board-by">${GROUPS.map(
        (name) => html`<button type="button" key=${name} aria-pressed=${name === by ? 'true' : 'false'}
          onClick=${() => setQuery({ by: name === 'status' ? undefined : name })}>
          ${named(name)}
        </button>`,
      )}</div>
      <span class="faint wide-only" id="board-keys">Arrows walk, <kbd>Shift</kbd> and an arrow moves the card, <kbd>Enter</kbd> opens it.</span>
    </div>
    <div class="board" ref=${board} onKeyDown=${keys} role="group" aria-label=${`Board by ${by}`} aria-describedby="board-keys">
      ${by === 'assignee' ? html`<${ByAssignee} ...${shared} />` : groups(by, filter).map((group) => html`<${PagedColumn} key=${by + group.value} group=${group} ...${shared} />`)}
    </div>`;
}

/** @param {Element[]} columns @param {number} from @param {number} step @param {number} at */
function nearest(columns, from, step, at) {
  for (let index = from + step; columns[index]; index += step) {
    const cards = columns[index].querySelectorAll('[data-ref]');
    if (cards.length) return cards[Math.min(at, cards.length - 1)];
  }
  return undefined;
}

/** @param {string} by @param {import('./filter.js').Filter} filter @returns {Group[]} */
function groups(by, filter) {
  const values = by === 'status' ? [...STATUSES] : by === 'type' ? TYPES : PRIORITIES.map(String);
  const chosen = by === 'status' ? filter.status : by === 'type' ? filter.type : filter.priority;
  return values.filter((value) => !chosen.length || chosen.includes(value)).map((value) => ({ value, name: groupName(by, value) }));
}

/** @param {string} by @param {string} value */
const groupName = (by, value) => (by === 'priority' ? priorityName(Number(value)) : by === 'assignee' ? value || 'Nobody' : named(value));
/** @param {Task} task @param {string} by */
const groupOf = (task, by) => String(/** @type {any} */ (task)[by] ?? '');

/** @param {{ group: Group, by: string, filter: import('./filter.js').Filter }} props */
function PagedColumn({ group, by, filter, ...rest }) {
  const pages = useTaskPages(useMemo(() => ({ ...filter, [by]: [group.value] }), [filter, by, group.value]));
  return html`<${Column} group=${group} cards=${pages} loaded=${pages.loaded} error=${pages.error} ...${rest} />`;
}

/** @param {{ by: string, filter: import('./filter.js').Filter }} props */
function ByAssignee({ by, filter, ...rest }) {
  const all = useResource(`by assignee ${query(apiParams(filter))}`, () => allTasks(filter, MOST + 1), ofTasks);
  if (!all.data) return all.error ? html`<${Failure} error=${all.error} retry=${all.reload} />` : html`<${Loading} />`;
  /** @type {Map<string, Task[]>} */
  const found = new Map([['', []]]);
  for (const task of all.data.slice(0, MOST)) found.set(task.assignee ?? '', [...(found.get(task.assignee ?? '') ?? []), task]);
  const names = [...found.keys()].sort((a, b) => (found.get(b)?.length ?? 0) - (found.get(a)?.length ?? 0));
  return html`${all.data.length > MOST && html`<p class="board-note">There are more than ${MOST.toLocaleString('en')} tasks. The first of them are shown; a filter makes them fewer.</p>`}
  ${names.map((value) => {
    const tasks = found.get(value) ?? [];
    /** @type {Cards} */
    const cards = { count: tasks.length, total: tasks.length, at: (index) => tasks[index], onRange: () => {} };
    return html`<${Column} key=${value} group=${{ value, name: groupName(by, value) }} cards=${cards} loaded=${true} ...${rest} />`;
  })}`;
}

/**
 * @param {{
 *   group: Group, cards: Cards, loaded: boolean, error?: import('../core/api.js').ApiError, dragged?: Task | null,
 *   arriving?: import('./arrival.js').Arrival | null, onDrag?: (task: Task | null) => void, onMove?: (task: Task, value: string) => void,
 * }} props
 */
function Column({ group, cards, loaded, error, dragged, arriving, onDrag, onMove }) {
  const [over, setOver] = useState(false);
  /** @param {DragEvent} event */
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    if (dragged) onMove?.(dragged, group.value);
    onDrag?.(null);
  };
  return html`<section class=${`column ${over ? 'over' : ''}`} data-value=${group.value} aria-label=${`${group.name}, ${Math.max(0, cards.total)}`}
    onDragOver=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(true);
    }}
    onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <h2>${group.name} <span class="count">${loaded ? cards.total.toLocaleString('en') : '…'}</span></h2>
    ${error && !loaded && html`<${Failure} error=${error} />`}
    <${Virtual} count=${cards.count} height=${narrow.value ? NARROW_CARD : CARD} onRange=${cards.onRange} class="cards" group="list"
      reveal=${placeOf(cards, arriving?.value === group.value ? arriving.ref : undefined)} place=${`board ${group.value}`}
      row=${(/** @type {number} */ index) => html`<${Card} key=${cards.at(index)?.ref ?? index} task=${cards.at(index)} first=${index === 0} onDrag=${onDrag} />`} />
    ${loaded && !cards.count && html`<p class="column-empty">${dragged ? 'Drop it here' : 'Nothing here'}</p>`}
  </section>`;
}
