// The projects, wherever one is chosen.

import { html, signal, useEffect } from '../vendor/preact.js';
import { get } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { project } from '../core/route.js';

/** The projects that are not archived. */
export function useProjects() {
  const found = useResource('projects', (abort) => get('/projects', abort), (event) => event.entity === 'project');
  return /** @type {Project[] | undefined} */ (found.data?.projects);
}

/** The project of the one thing that the page shows. */
const shown = signal('');

/** Says of which project the thing is that the page shows. @param {string} alias */
export function useShownProject(alias) {
  useEffect(() => {
    shown.value = alias;
    return () => {
      shown.value = '';
    };
  }, [alias]);
}

/** The project that something new most likely belongs to; empty where that is not known. */
export const likelyProject = () => shown.value || project.value;

/** Whoever adds something chooses where, unless there is only one project. @param {{ value: string, onChange: (alias: string) => void }} props */
export function ProjectSelect({ value, onChange }) {
  const projects = useProjects();
  useEffect(() => {
    if (!value && projects?.length === 1) onChange(projects[0].alias);
  }, [projects, value]);
  return html`<label class="stack">Project<select value=${value} required onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
    ${!value && html`<option value="" selected>Choose one…</option>`}
    ${(projects ?? []).map(({ alias, name }) => html`<option key=${alias} value=${alias} selected=${alias === value}>${name}</option>`)}</select></label>`;
}
