// The way to each view, and the project that they are about.

import { html } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link, path, project, setQuery } from '../core/route.js';
import { nextTheme, theme } from '../core/theme.js';
import { Icon } from '../ui/icon.js';
import { useProjects } from '../ui/projects.js';
import { show } from './state.js';

/** `key`: what follows `g`. */
export const PLACES = [
  { to: '/tasks', name: 'Tasks', icon: 'tasks', key: 't' },
  { to: '/plans', name: 'Plans', icon: 'plan', key: 'p' },
  { to: '/docs', name: 'Docs', icon: 'doc', key: 'd' },
  { to: '/memory', name: 'Memory', icon: 'memory', key: 'm' },
  { to: '/attachments', name: 'Attachments', icon: 'attachment', key: 'f' },
  { to: '/needs-you', name: 'Needs you', icon: 'attention', key: 'y' },
  { to: '/agents', name: 'Agents', icon: 'agents', key: 'a' },
  { to: '/activity', name: 'Activity', icon: 'activity', key: 'l' },
  { to: '/health', name: 'Health', icon: 'health', key: 'h' },
  { to: '/projects', name: 'Projects', icon: 'project', key: 'r' },
];

const THEMES = /** @type {Record<string, string>} */ ({ system: 'screen', light: 'sun', dark: 'moon' });

export function Nav() {
  const projects = useProjects();
  const queue = useResource(`nav ${project.value}`, (abort) => get(`/queue${query({ project: project.value })}`, abort), (event) => event.entity === 'task' || event.entity === 'project');
  const waiting = queue.data?.counts.needs_attention;
  const held = queue.data?.held.length;
  const badge = /** @type {Record<string, number | undefined>} */ ({ '/needs-you': waiting, '/agents': held });
  const unknown = project.value && projects && !projects.some(({ alias }) => alias === project.value);
  return html`<nav class="nav" aria-label="Views">
    <div class="nav-top"><a href=${link('/tasks')} class="brand">Backlog</a>
      <button type="button" class="bare" title="Search and commands (Ctrl K)" aria-label="Search and commands" onClick=${() => show('palette')}><${Icon} name="search" /></button></div>
    <label class="nav-project"><span class="unseen">Project</span><select value=${project.value} onChange=${(/** @type {any} */ event) => setQuery({ project: event.target.value })}>
      <option value="" selected=${!project.value}>All projects</option>
      ${unknown && html`<option value=${project.value} selected>${project.value}</option>`}
      ${(projects ?? []).map(({ alias, name }) => html`<option key=${alias} value=${alias} selected=${alias === project.value}>${name}</option>`)}</select></label>
    <ul>${PLACES.map(({ to, name, icon }) => {
      const on = path.value === to || path.value.startsWith(`${to}/`) || (to === '/tasks' && path.value === '/');
      return html`<li key=${to}>
        <a href=${link(to)} aria-current=${on ? 'page' : undefined}>
          <${Icon} name=${icon} />
          <span>${name}</span>
          ${badge[to] ? html`<span class=${`badge ${to === '/needs-you' ? 'warn' : ''}`}>${badge[to]}</span>` : null}
        </a>
      </li>`;
    })}</ul>
    <div class="nav-foot">
      <button type="button" class="bare" onClick=${nextTheme} aria-label=${`Colours: ${theme.value}`} title=${`Colours: ${theme.value} (t)`}><${Icon} name=${THEMES[theme.value]} /></button>
      <button type="button" class="bare" aria-label="Keys" title="Keys (?)" onClick=${() => show('keys')}><${Icon} name="help" /></button>
    </div>
  </nav>`;
}
