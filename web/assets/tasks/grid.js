// The tasks as a sheet: a cell is edited where it is, saved on Enter or when it is
// left, and given up with Escape. Rows that are chosen are changed at once.

import { html, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { here, link } from '../core/route.js';
import { Virtual } from '../ui/virtual.js';
import { complain } from '../ui/toast.js';
import { COLUMNS, Cell } from './cell.js';
import { BulkBar } from './bulk.js';
import { change, same } from './edit.js';

const ROW = 34;

/** @param {{ pages: import('./pages.js').TaskPages }} props */
export function TaskGrid({ pages }) {
  const [active, setActive] = useState([0, 2]);
  const [editing, setEditing] = useState(/** @type {null | { task: Task, field: string, start?: string }} */ (null));
  const [chosen, setChosen] = useState(/** @type {Map<string, Task>} */ (new Map()));
  const [conflicts, setConflicts] = useState(/** @type {Map<string, import('./edit.js').Conflict>} */ (new Map()));
  const [moves, setMoves] = useState(0);
  const grid = useRef(/** @type {HTMLDivElement | null} */ (null));

  useLayoutEffect(() => {
    if (!moves) return;
    /** @type {HTMLElement | null | undefined} */ (grid.current?.querySelector(`[data-cell="${active[0]}-${active[1]}"]`))?.focus({ preventScroll: true });
  }, [moves]);

  /** @param {number} row @param {number} column */
  const goTo = (row, column) => {
    setActive([Math.max(0, Math.min(pages.count - 1, row)), Math.max(0, Math.min(COLUMNS.length - 1, column))]);
    setMoves((count) => count + 1);
  };

  /** @param {Task} task @param {boolean} [on] */
  const choose = (task, on = !chosen.has(task.ref)) => {
    const next = new Map(chosen);
    if (on) next.set(task.ref, task);
    else next.delete(task.ref);
    setChosen(next);
  };

  /** @param {Task} base @param {import('./edit.js').Field} field @param {unknown} value */
  const save = async (base, field, value) => {
    if (same(base[field], value)) return;
    try {
      const { conflict } = await change(base, field, value);
      setConflicts((old) => {
        const next = new Map(old);
        if (conflict) next.set(`${base.ref} ${field}`, conflict);
        else next.delete(`${base.ref} ${field}`);
        return next;
      });
    } catch (error) {
      complain(error);
    }
    pages.reload();
  };

  /** @param {string} key */
  const settle = (key) => {
    setConflicts((old) => new Map([...old].filter(([name]) => name !== key)));
    pages.reload();
  };

  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (editing || !(event.target instanceof Element) || !event.target.closest('[data-cell]')) return;
    const [row, column] = active;
    const task = pages.at(row);
    const { field } = COLUMNS[column];
    const to = /** @type {Record<string, [number, number]>} */ ({
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, 0], End: [row, COLUMNS.length - 1], PageDown: [row + 15, column], PageUp: [row - 15, column],
    })[event.key];
    if (to && !event.ctrlKey && !event.metaKey) goTo(to[0], to[1]);
    else if (!task) return;
    else if (event.key === ' ' || (event.key === 'x' && !field)) choose(task);
    else if ((event.key === 'Enter' || event.key === 'F2') && field) setEditing({ task, field });
    else if (field && COLUMNS[column].text && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) setEditing({ task, field, start: event.key });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /**
   * Ends the editing of a cell.
   * @param {unknown} value undefined: given up
   * @param {number} [down] where the focus goes from here; left out: it is elsewhere already
   */
  const finish = (value, down) => {
    if (!editing) return;
    setEditing(null);
    if (down !== undefined) goTo(active[0] + down, active[1]);
    if (value !== undefined) save(editing.task, /** @type {any} */ (editing.field), value);
  };

  const some = chosen.size > 0;
  /** @param {boolean} on */
  const chooseSeen = (on) => {
    const next = new Map(on ? chosen : []);
    if (on) for (let index = 0; index < Math.min(pages.count, 500); index++) if (pages.at(index)) next.set(/** @type {Task} */ (pages.at(index)).ref, /** @type {Task} */ (pages.at(index)));
    setChosen(next);
  };

  return html`${some && html`<${BulkBar} tasks=${[...chosen.values()]} onDone=${() => {
      setChosen(new Map());
      pages.reload();
    }} />`}
    <div class="table sheet" role="grid" aria-label="Tasks, to be edited" aria-rowcount=${pages.count + 1} aria-colcount=${COLUMNS.length} aria-multiselectable="true" ref=${grid} onKeyDown=${keys}>
    <div class="table-head" role="rowgroup"><div class="row" role="row" aria-rowindex="1">
      <div class="cell g-choose" role="columnheader">
        <input type="checkbox" aria-label="Choose all that are loaded" checked=${some}
          onChange=${(/** @type {any} */ event) => chooseSeen(event.target.checked)} />
      </div>
      ${COLUMNS.slice(1).map(({ name, class: column }) => html`<div key=${name} class=${`cell ${column}`} role="columnheader">${name}</div>`)}
    </div></div>
    <${Virtual} count=${pages.count} height=${ROW} onRange=${pages.onRange} reveal=${active[0]} role="presentation" place=${here.value.path + here.value.params}
      row=${(/** @type {number} */ index) => {
        const task = pages.at(index);
        if (!task) return html`<div key=${index} class="row" role="row"><div class="cell bone" role="gridcell"></div></div>`;
        return html`<div key=${task.ref} class=${`row ${chosen.has(task.ref) ? 'chosen' : ''}`} role="row" aria-rowindex=${index + 2}
          aria-selected=${chosen.has(task.ref) ? 'true' : 'false'} data-ref=${task.ref}>
          ${COLUMNS.map((column, number) => html`<${Cell} key=${number} column=${column} name=${`${index}-${number}`} task=${task} href=${link(`/tasks/${task.ref}`)}
            tabbable=${index === active[0] && number === active[1]} chosen=${chosen.has(task.ref)} onChoose=${() => choose(task)}
            editing=${editing && editing.task.ref === task.ref && editing.field === column.field ? editing : null}
            onFocus=${() => setActive([index, number])}
            onEdit=${() => {
              setActive([index, number]);
              if (column.field) setEditing({ task, field: column.field });
            }}
            onFinish=${finish} conflict=${column.field && conflicts.get(`${task.ref} ${column.field}`)}
            onTheirs=${() => settle(`${task.ref} ${column.field}`)}
            onMine=${(/** @type {import('./edit.js').Conflict} */ conflict) => save(conflict.task, conflict.field, conflict.mine)} />`)}
        </div>`;
      }} />
  </div>
  <p class="faint sheet-keys wide-only"><kbd>Enter</kbd> edits a cell, <kbd>Esc</kbd> undoes it, <kbd>Space</kbd> chooses the row.</p>`;
}
