// The icons: drawn on a grid of 16, in the colour of the text beside them.

import { html } from '../vendor/preact.js';

/** @type {Record<string, string>} */
const PATHS = {
  tasks: 'M2.5 4l1 1 2-2M2.5 8.5l1 1 2-2M2.5 13l1 1 2-2M8 4h5.5M8 8.5h5.5M8 13h5.5',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  board: 'M2.5 2.5h3v11h-3zM6.5 2.5h3v7h-3zM10.5 2.5h3v9h-3z',
  grid: 'M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.5 2.5v11',
  timeline: 'M2.5 4h6M5 8h6M8 12h5.5M2.5 2v12',
  plan: 'M4 2.5h8v11H4zM6 5.5h4M6 8h4M6 10.5h2',
  doc: 'M3.5 2h6l3 3v9h-9zM9.5 2v3h3',
  memory: 'M4 2.5h8v11L8 10.3l-4 3.2z',
  attachment: 'M12.5 7.2 7.7 12a3 3 0 0 1-4.3-4.3l5.3-5.2a2 2 0 0 1 2.9 2.8L6.4 10.5a1 1 0 0 1-1.4-1.4l4.6-4.6',
  activity: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  project: 'M2 4.5V13h12V5.5H8l-1.5-2H2z',
  agents: 'M4 6h8v6.5H4zM8 6V3.5M6.2 9h.1M9.8 9h.1M2 8.5v2M14 8.5v2',
  attention: 'M8 2.2 14.3 13H1.7zM8 6.5v3M8 11.4v.1',
  health: 'M2.5 13.5v-5M6.2 13.5v-9M9.8 13.5v-6M13.5 13.5V2.5',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1',
  download: 'M8 2.5v7.5M5 7.2l3 3 3-3M2.5 13h11',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13 9.8A5.5 5.5 0 1 1 6.2 3a4.4 4.4 0 0 0 6.8 6.8z',
  screen: 'M2 3h12v8H2zM5.5 13.5h5M8 11v2.5',
  lock: 'M4 7.5h8v6H4zM5.7 7.5V5.3a2.3 2.3 0 0 1 4.6 0v2.2',
  clock: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.3',
  link: 'M6.7 9.3l2.6-2.6M7.3 5l1.5-1.5a2.6 2.6 0 0 1 3.7 3.7L11 8.7M8.7 11l-1.5 1.5a2.6 2.6 0 0 1-3.7-3.7L5 7.3',
  comment: 'M2.5 3h11v8H7l-3 2.5V11H2.5z',
  edit: 'M3 13l.6-2.7 7.3-7.3a1.5 1.5 0 0 1 2.1 2.1l-7.3 7.3z',
  trash: 'M3 4.5h10M6 4.5V3h4v1.5M4.3 4.5l.6 9h6.2l.6-9',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7.5h9V6M6.5 8.8h3',
  person: 'M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM2.8 13.8c.5-2.6 2.6-4 5.2-4s4.7 1.4 5.2 4',
  filter: 'M2 3.5h12M4.2 8h7.6M6.5 12.5h3',
  terminal: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.5h3',
  history: 'M2.6 6.2A5.6 5.6 0 1 1 2.4 9M2.5 3v3.3h3.2M8 5.2v3l2 1.2',
  blocked: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM4 4l8 8',
  help: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2M8 11.3v.1',
};

/**
 * @param {{ name: string, label?: string, class?: string }} props a label only where no text says the same
 */
export function Icon({ name, label, class: extra = '' }) {
  return html`<svg class=${`icon ${extra}`} viewBox="0 0 16 16" role=${label ? 'img' : undefined} aria-label=${label}
    aria-hidden=${label ? undefined : 'true'}><path d=${PATHS[name]} /></svg>`;
}
