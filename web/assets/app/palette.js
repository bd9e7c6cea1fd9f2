// The command palette: any view, any project, and whatever has been
// written, from a few letters.

import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { go, link, project, setQuery } from '../core/route.js';
import { setTheme } from '../core/theme.js';
import { Dialog } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import { useProjects } from '../ui/projects.js';
import { PLACES } from './nav.js';
import { newTask, open, show } from './state.js';

const PAUSE = 120;
const MOST_FOUND = 10;

/** @typedef {{ name: string, icon: string, hint?: string, act: () => void }} Item */

export function Palette() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useFound(text);
  const projects = useProjects();
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));

  const items = useMemo(() => {
    /** @type {Item[]} */
    const fixed = [
      { name: 'New task', icon: 'plus', hint: 'n', act: newTask },
      ...PLACES.map(({ name, icon, to, key }) => ({ name: `Go to ${name}`, icon, hint: `g ${key}`, act: () => go(link(to)) })),
      ...['board', 'grid', 'timeline'].map((look) => ({ name: `Tasks as ${look}`, icon: look, act: () => go(link(`/tasks/${look}`)) })),
      ...[{ alias: '', name: 'All projects' }, ...(projects ?? [])].map(({ alias, name }) => ({ name: `Project: ${name}`, icon: 'project', act: () => setQuery({ project: alias }) })),
      { name: 'Colours: light', icon: 'sun', act: () => setTheme('light') },
      { name: 'Colours: dark', icon: 'moon', act: () => setTheme('dark') },
      { name: 'Colours: as the system', icon: 'screen', act: () => setTheme('system') },
      { name: 'Keys', icon: 'help', hint: '?', act: () => show('keys') },
    ];
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = fixed.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
    return text ? [...found, ...matching, { name: `Search all tasks for “${text}”`, icon: 'search', act: () => go(`/tasks${query({ search: text, project: project.value })}`) }] : matching;
  }, [text, found, projects]);

  useEffect(() => setAt(0), [items.length, text]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  /** @param {Item | undefined} item */
  const run = (item) => {
    if (!item) return;
    open.value = '';
    item.act();
  };
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + items.length) % items.length);
    else if (event.key === 'Enter') run(items[at]);
    else return;
    event.preventDefault();
  };
  return html`<${Dialog} title="Search and commands" bare class="palette" onClose=${() => {
    if (open.value === 'palette') open.value = '';
  }}>
    <input class="palette-input" role="combobox" aria-expanded="true" aria-controls="palette-items" aria-activedescendant=${`palette-${at}`}
      aria-label="Search and commands" placeholder="A task, a doc, a view, a command" autofocus autocomplete="off" spellcheck="false"
      value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} onKeyDown=${keys} />
    <ul id="palette-items" role="listbox" aria-label="Found" ref=${list}>${items.map(
      (item, index) => html`<li key=${item.name + item.hint} id=${`palette-${index}`} role="option" aria-selected=${index === at ? 'true' : 'false'}
        onMouseMove=${() => setAt(index)} onClick=${() => run(item)}>
        <${Icon} name=${item.icon} /><span>${item.name}</span>${item.hint && html`<kbd>${item.hint}</kbd>`}</li>`,
    )}</ul>
  <//>`;
}

/**
 * What matches, a moment after the last letter.
 * @param {string} text
 * @returns {Item[]}
 */
function useFound(text) {
  const [found, setFound] = useState(/** @type {Item[]} */ ([]));
  useEffect(() => {
    const wanted = text.trim();
    if (!wanted) {
      setFound([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const number = wanted.match(/^(?:task-)?(\d+)$/i);
      const q = /^[\p{L}\p{N} ]+$/u.test(wanted) ? `${wanted}*` : wanted;
      // What cannot be found now is no reason to disturb somebody who types.
      const quiet = () => null;
      const [exact, search] = await Promise.all([
        number ? get(`/tasks/TASK-${number[1]}`, abort.signal).catch(quiet) : null,
        get(`/search${query({ q, project: project.value, limit: MOST_FOUND })}`, abort.signal).catch(quiet),
      ]);
      if (abort.signal.aborted) return;
      const items = /** @type {Hit[]} */ (search?.hits ?? []).map(item);
      if (exact) items.unshift(item({ kind: 'task', id: exact.id, ref: exact.ref, title: exact.title }));
      setFound(items.filter(({ name, hint }, index) => items.findIndex((one) => one.name === name && one.hint === hint) === index));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return found;
}

/** @param {Hit} hit @returns {Item} */
function item({ kind, id, ref, title, snippet }) {
  const to = { plan: `/plans/${id}`, doc: `/docs/${id}`, memory: '/memory' }[kind] ?? `/tasks/${ref}`;
  const icon = { plan: 'plan', doc: 'doc', memory: 'memory', comment: 'comment' }[kind] ?? 'tasks';
  const name = kind === 'memory' || kind === 'comment' ? (snippet ?? title) : title;
  return { name: name ?? '', icon, hint: ref ?? kind, act: () => go(link(to)) };
}
