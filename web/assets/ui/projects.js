// The projects, wherever one is chosen.

import { html, useEffect } from '../vendor/preact.js';
import { get } from '../core/api.js';
import { useResource } from '../core/resource.js';

/** The projects that are not archived. */
export function useProjects() {
  const found = useResource('projects', (abort) => get('/projects', abort), (event) => event.entity === 'project');
  return /** @type {Project[] | undefined} */ (found.data?.projects);
}

/** @param {{ value: string, onChange: (alias: string) => void }} props */
export function ProjectSelect({ value, onChange }) {
  const projects = useProjects();
  useEffect(() => {
    if (!value && projects?.length) onChange(projects[0].alias);
  }, [projects, value]);
  return html`<label class="stack">Project<select value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
    ${(projects ?? []).map(({ alias, name }) => html`<option key=${alias} value=${alias} selected=${alias === value}>${name}</option>`)}</select></label>`;
}
