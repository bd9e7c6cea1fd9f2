// The blockers of a task, it, and what it blocks: columns from left to right.

import { html } from '../vendor/preact.js';
import { go, link } from '../core/route.js';
import { named } from '../core/words.js';

const BOX = { width: 84, height: 36, across: 20, down: 8 };
const LETTERS = 12;

/** @typedef {{ task: Task, column: number, row: number }} Placed */

/** @param {{ task: Task, nodes: DependencyNode[], waiting: Task[] }} props */
export function Graph({ task, nodes, waiting }) {
  const { placed, edges } = layout(task, nodes, waiting);
  if (placed.length < 2) return null;
  const first = Math.min(...placed.map(({ column }) => column));
  const columns = Math.max(...placed.map(({ column }) => column)) - first + 1;
  const rows = Math.max(...placed.map(({ row }) => row)) + 1;
  const width = columns * BOX.width + (columns - 1) * BOX.across + 2;
  const height = rows * (BOX.height + BOX.down) - BOX.down + 2;
  /** @param {Placed} box */
  const x = (box) => 1 + (box.column - first) * (BOX.width + BOX.across);
  /** @param {Placed} box */
  const y = (box) => 1 + box.row * (BOX.height + BOX.down);
  const words = edges.map(([from, to]) => `${to.task.ref} waits for ${from.task.ref}`).join('; ');
  return html`<div class="graph" tabindex="0" role="group" aria-label=${`Dependency graph: ${words}`}>
    <svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height}>
    ${edges.map(([from, to]) => {
      const [x1, y1, x2, y2] = [x(from) + BOX.width, y(from) + BOX.height / 2, x(to), y(to) + BOX.height / 2];
      return html`<path key=${`${from.task.ref} ${to.task.ref}`} class=${`edge-line ${from.task.status === 'done' ? 'free' : ''}`}
        d=${`M${x1} ${y1}C${x1 + 14} ${y1} ${x2 - 14} ${y2} ${x2 - 4} ${y2}M${x2 - 9} ${y2 - 4}l5 4l-5 4`} />`;
    })}
    ${placed.map((box) => html`<a key=${box.task.ref} href=${link(`/tasks/${box.task.ref}`)}
      onClick=${(/** @type {MouseEvent} */ event) => {
        // A link of SVG has no plain address for the router.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
        event.preventDefault();
        go(link(`/tasks/${box.task.ref}`));
      }}>
      <g class=${`node is-${box.task.status} ${box.task.ref === task.ref ? 'this' : ''}`} transform=${`translate(${x(box)} ${y(box)})`}>
        <rect width=${BOX.width} height=${BOX.height} rx="5" />
        <text x="8" y="15" class="node-ref">${box.task.ref}</text><text x="8" y="28">${cut(box.task.title)}</text><title>${`${box.task.title}, ${named(box.task.status)}`}</title>
      </g></a>`)}
  </svg></div>`;
}

/** @param {string} title */
const cut = (title) => ([...title].length > LETTERS ? `${[...title].slice(0, LETTERS - 1).join('')}…` : title);

/**
 * @param {Task} task
 * @param {DependencyNode[]} nodes depth first, as the API gives them
 * @param {Task[]} waiting
 */
function layout(task, nodes, waiting) {
  /** @type {Map<string, Placed>} */
  const boxes = new Map();
  /** @type {Map<number, number>} */
  const filled = new Map();
  /** @param {Task} one @param {number} column */
  const place = (one, column) => {
    const known = boxes.get(one.ref);
    if (known) return known;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    const box = { task: one, column, row };
    boxes.set(one.ref, box);
    return box;
  };
  /** @type {[Placed, Placed][]} */
  const edges = [];
  /** @type {Placed[]} */
  const above = [place(task, 0)];
  let skipped = Infinity;
  for (const node of nodes) {
    if (node.depth <= skipped) skipped = Infinity;
    if (node.role === 'root' || node.depth > skipped) continue;
    // Parts are listed beside the graph.
    if (node.role === 'child') {
      skipped = node.depth;
      continue;
    }
    const box = place(node.task, -node.depth);
    above[node.depth] = box;
    const after = above[node.depth - 1];
    if (after) edges.push([box, after]);
  }
  for (const one of waiting) edges.push([boxes.get(task.ref) ?? place(task, 0), place(one, 1)]);
  return { placed: [...boxes.values()], edges };
}
