// What a task waits for and what waits for it: as a graph, and to be changed.

import { html, useState } from '../vendor/preact.js';
import { del, get, part, put } from '../core/api.js';
import { unsent } from '../core/draft.js';
import { useResource } from '../core/resource.js';
import { link } from '../core/route.js';
import { Icon } from '../ui/icon.js';
import { StatusMark } from '../ui/mark.js';
import { complain } from '../ui/toast.js';
import { Graph } from './graph.js';

/** @param {{ task: Task, reload: () => void }} props */
export function Dependencies({ task, reload }) {
  const [other, setOther] = useState('');
  const tree = useResource(`tree ${task.ref}`, (abort) => get(`/tasks/${part(task.ref)}/dependencies`, abort), (event) => event.entity === 'task');
  const waiting = (task.blocks ?? []).join(' ');
  const blocked = useResource(`blocks ${waiting}`,
    (abort) => Promise.all((task.blocks ?? []).slice(0, 12).map((ref) => get(`/tasks/${part(ref)}`, abort))),
    (event) => Boolean(event.ref && (task.blocks ?? []).includes(event.ref)));
  const nodes = /** @type {DependencyNode[]} */ (tree.data?.nodes ?? []);
  const children = nodes.filter((node) => node.role === 'child' && node.depth === 1);
  const related = [...(task.related ?? []), ...(task.discovered_from ?? [])];

  const add = () => {
    const ref = other.trim();
    if (!ref) return;
    put(`/tasks/${part(task.ref)}/blocked-by/${part(ref)}`).then(() => {
      setOther((now) => unsent(now, other));
      reload();
    }, complain);
  };
  return html`<section class="dependencies" aria-labelledby="dependencies"><h2 id="dependencies">Dependencies</h2>
    <${Graph} task=${task} nodes=${nodes} waiting=${blocked.data ?? []} />
    ${(task.blocked_by ?? []).map((ref) => html`<div key=${ref} class="edge">Waits for <a href=${link(`/tasks/${ref}`)}>${ref}</a>
      <button type="button" class="bare" aria-label=${`Wait for ${ref} no more`}
        onClick=${() => del(`/tasks/${part(task.ref)}/blocked-by/${part(ref)}`).then(reload, complain)}>
        <${Icon} name="close" />
      </button>
    </div>`)}
    <form class="edge-form" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      add();
    }}>
      <input value=${other} placeholder="TASK-N" aria-label="Task to wait for" onInput=${(/** @type {any} */ event) => setOther(event.target.value)} />
      <button type="submit" disabled=${!other.trim()}>Wait for it</button>
    </form>
    ${children.length > 0 && html`<h3>Parts</h3><ul class="parts">
      ${children.map(({ task: child }) => html`<li key=${child.ref}>
          <${StatusMark} status=${child.status} />
          <span class="faint">${child.ref}</span> <a href=${link(`/tasks/${child.ref}`)}>${child.title}</a>
        </li>`)}
    </ul>`}
    ${related.length > 0 && html`<h3>Related</h3><p>${related.map((ref) => html`<a key=${ref} href=${link(`/tasks/${ref}`)}>${ref}</a> `)}</p>`}
  </section>`;
}
