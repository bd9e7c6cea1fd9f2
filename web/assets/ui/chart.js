// Charts, drawn as SVG. Each has its numbers below it, as a table.

import { html } from '../vendor/preact.js';

const WIDTH = 560;
const HEIGHT = 170;
const BOTTOM = 20;
/** Room for the upper half of the highest label. */
const TOP = 10;
/** How wide a digit of a label is, about. */
const DIGIT = 6.6;

/** @typedef {{ name: string, color: string, values: number[] }} Series */

/** A round number at or above, half of which is whole. @param {number} value */
function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [2, 4, 6, 8, 10].map((step) => step * size).find((step) => step >= value) ?? 20 * size;
}

/**
 * Values over days: as bars beside each other, or as lines.
 * @param {{ title: string, labels: string[], series: Series[], lines?: boolean, note?: string }} props
 */
export function DayChart({ title, labels, series, lines, note }) {
  const top = ceiling(Math.max(1, ...series.flatMap(({ values }) => values)));
  const marks = [0, 0.5, 1].map((share) => ({ value: top * share, text: (top * share).toLocaleString('en') }));
  const left = Math.max(34, 10 + DIGIT * Math.max(...marks.map(({ text }) => text.length)));
  const step = (WIDTH - left) / Math.max(1, labels.length);
  /** @param {number} value */
  const y = (value) => (HEIGHT - BOTTOM) * (1 - value / top) + TOP;
  const every = Math.ceil(labels.length / 8);
  const bar = Math.max(1.5, (step * 0.76) / series.length);
  return html`<${Figure} title=${title} note=${note} series=${series} head=${['Day', ...series.map(({ name }) => name)]}
    rows=${labels.map((label, index) => [label, ...series.map(({ values }) => values[index])])}>
    <svg class="chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT + TOP + 4}`} role="img"
      aria-label=${`${title}: ${series.map(({ name, values }) => `${name} ${values.at(-1) ?? 0} on the last day`).join(', ')}`}>
      ${marks.map(({ value, text }) => html`<g key=${value}>
          <line class="chart-line" x1=${left} x2=${WIDTH} y1=${y(value)} y2=${y(value)} />
          <text class="chart-text" x=${left - 6} y=${y(value) + 4} text-anchor="end">${text}</text>
        </g>`)}
      ${labels.map((label, index) => index % every === 0 && html`<text key=${label} class="chart-text"
          x=${left + step * (index + 0.5)} y=${HEIGHT + TOP - 2} text-anchor="middle">${label.slice(5)}</text>`)}
      ${series.map(({ name, color, values }, which) => lines
        ? html`<polyline key=${name} class=${`chart-stroke ${color}`} points=${values.map((value, index) => `${left + step * (index + 0.5)},${y(value)}`).join(' ')} />`
        : values.map((value, index) => html`<rect key=${`${name}${index}`} class=${`chart-fill ${color}`}
            x=${left + step * index + step * 0.12 + bar * which} y=${y(value)} width=${bar * 0.92} height=${Math.max(0, y(0) - y(value))}>
            <title>${labels[index]}: ${value} ${name}</title>
          </rect>`))}
    </svg><//>`;
}

/**
 * One bar a row.
 * @param {{ title: string, rows: { name: string, value: number, text?: string, color?: string, also?: number }[], head: string[], numbers: unknown[][], note?: string }} props
 *   `also`: a second value, marked on the bar
 */
export function RowChart({ title, rows, head, numbers, note }) {
  const top = Math.max(1e-9, ...rows.map(({ value, also }) => Math.max(value, also ?? 0)));
  return html`<${Figure} title=${title} note=${note} head=${head} rows=${numbers}>
    ${rows.length
      ? html`<svg class="chart" viewBox=${`0 0 ${WIDTH} ${rows.length * 26 + 4}`} role="img"
        aria-label=${`${title}: ${rows.map(({ name, text, value }) => `${name} ${text ?? value}`).join(', ')}`}>
      ${rows.map(({ name, value, text, color = 'is-accent', also }, index) => {
        const width = (WIDTH - 270) * (value / top);
        return html`<g key=${name} transform=${`translate(0 ${index * 26})`}><text class="chart-text name" x="0" y="17">${cut(name)}<title>${name}</title></text>
          <rect class=${`chart-fill ${color}`} x="140" y="6" width=${Math.max(2, width)} height="14" rx="3" />
          ${also !== undefined && html`<line class="chart-mark" x1=${140 + (WIDTH - 270) * (also / top)} x2=${140 + (WIDTH - 270) * (also / top)} y1="3" y2="23" />`}
          <text class="chart-text" x=${148 + Math.max(width, also === undefined ? 0 : (WIDTH - 270) * (also / top))} y="17">${text ?? value}</text></g>`;
      })}</svg>` : html`<p class="faint">Nothing to show yet.</p>`}<//>`;
}

/** So many letters have room beside a bar. */
const LETTERS = 21;
/** @param {string} name */
const cut = (name) => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name);

/**
 * @param {{ title: string, note?: string, series?: Series[], head: string[], rows: unknown[][], children: any }} props
 */
function Figure({ title, note, series, head, rows, children }) {
  return html`<figure class="figure">
    <figcaption>
      <h2>${title}</h2>
      ${series && series.length > 1 && html`<span class="legend">
        ${series.map(({ name, color }) => html`<span key=${name}><i class=${color}></i>${name}</span>`)}
      </span>`}
    </figcaption>
    ${children}${note && html`<p class="faint">${note}</p>`}
    ${rows.length > 0 && html`<details>
      <summary>Numbers</summary>
      <div class="plain-table" tabindex="0" role="region" aria-label=${`${title}: numbers`}>
        <table><thead><tr>${head.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead><tbody>
      ${rows.map((row, index) => html`<tr key=${index}>${row.map((cell, column) => html`<td key=${column}>${cell}</td>`)}</tr>`)}</tbody></table></div></details>`}</figure>`;
}
