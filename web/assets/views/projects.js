// The projects: how much there is to do in each, and what is done to them.

import { html, useState } from '../vendor/preact.js';
import { del, get, part, patch, post } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { params, setQuery } from '../core/route.js';
import { counted } from '../core/words.js';
import { Dialog, ask } from '../ui/dialog.js';
import { Empty, Loaded } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Page } from '../ui/page.js';
import { complain, say } from '../ui/toast.js';
import { When } from '../ui/when.js';

export function ProjectsPage() {
  const archived = params.value.get('archived') === 'true';
  const [edited, setEdited] = useState(/** @type {Partial<Project> | null} */ (null));
  const found = useResource(`projects ${archived}`, (abort) => get(`/projects${archived ? '?include_archived=true' : ''}`, abort), (event) => event.entity === 'project' || event.entity === 'task');
  return html`<${Page} title="Projects" command=${`backlog project list${archived ? ' --include-archived' : ''}`} count=${found.data && counted(found.data.projects.length, 'project')} actions=${html`
    <label class="check"><input type="checkbox" checked=${archived} onChange=${(/** @type {any} */ event) => setQuery({ archived: event.target.checked ? 'true' : undefined })} /> Archived too</label>
    <button type="button" class="primary" onClick=${() => setEdited({})}><${Icon} name="plus" /><span>New project</span></button>`}>
    <div class="scroll"><${Loaded} of=${found}>${(/** @type {{ projects: Project[] }} */ { projects }) => projects.length
      ? html`<ul class="project-cards">${projects.map((project) => html`<${ProjectCard} key=${project.id} project=${project} onEdit=${() => setEdited(project)} reload=${found.reload} />`)}</ul>`
      : html`<${Empty} icon="project" title="No projects yet">A project holds tasks, docs and memory. <code>backlog project add "My App" --alias app</code><//>`}<//></div>
    ${edited && html`<${ProjectForm} project=${edited} onClose=${() => {
      setEdited(null);
      found.reload();
    }} />`}
  <//>`;
}

/** @param {{ project: Project, onEdit: () => void, reload: () => void }} props */
function ProjectCard({ project, onEdit, reload }) {
  const { todo, doing, done, archived } = project.task_counts;
  const whole = todo + doing + done || 1;
  const path = `/projects/${part(project.alias)}`;
  const archive = async () => {
    if (project.archived_at) {
      await patch(`${path}/unarchive`);
      say(`${project.alias} is out of the archive.`);
    } else {
      const yes = await ask({ title: `Archive ${project.alias}?`, text: 'Its tasks leave the lists and the queue. It can be taken back out of the archive.', action: 'Archive' });
      if (yes === null) return;
      await patch(`${path}/archive`);
      say(`${project.alias} is archived.`);
    }
    reload();
  };
  const remove = async () => {
    const yes = await ask({ title: `Delete ${project.alias}?`,
        text: `It goes to the trash with its ${counted(todo + doing + done + archived, 'task')} and stays there for 30 days. Its activity stays for ever.`,
        action: 'Delete', danger: true });
    if (yes === null) return;
    await del(path);
    say(`${project.alias} is in the trash.`);
    reload();
  };
  return html`<li class=${`project-card ${project.archived_at ? 'past' : ''}`}>
    <header>
      <h2><a href=${`/tasks?project=${part(project.alias)}${project.archived_at ? '&archived=true' : ''}`}>${project.name}</a></h2>
      <code>${project.alias}</code>
      ${project.archived_at && html`<span class="flag">archived</span>`}
    </header>
    ${project.description && html`<p>${project.description}</p>`}
    ${project.repo_path && html`<p class="faint"><code>${project.repo_path}</code></p>`}
    <div class="share" aria-hidden="true"><i class="is-done" style=${{ width: `${(done / whole) * 100}%` }}></i><i class="is-doing" style=${{ width: `${(doing / whole) * 100}%` }}></i></div>
    <p class="counts"><a href=${`/tasks?project=${part(project.alias)}&status=todo`}><b>${todo.toLocaleString('en')}</b> to do</a>
      <a href=${`/tasks?project=${part(project.alias)}&status=doing`}><b>${doing.toLocaleString('en')}</b> doing</a>
      <a href=${`/tasks?project=${part(project.alias)}&status=done`}><b>${done.toLocaleString('en')}</b> done</a> ${archived > 0 && html`<span>${archived.toLocaleString('en')} archived</span>`}</p>
    <footer><span class="faint">changed <${When} at=${project.updated_at} />${project.wip_limit ? ` · at most ${project.wip_limit} held at once` : ''}</span>
      <button type="button" class="link" onClick=${onEdit}>Edit</button>
      <button type="button" class="link" onClick=${() => archive().catch(complain)}>${project.archived_at ? 'Unarchive' : 'Archive'}</button>
      ${project.archived_at && html`<button type="button" class="link danger" onClick=${() => remove().catch(complain)}>Delete</button>`}</footer>
  </li>`;
}

/** @param {{ project: Partial<Project>, onClose: () => void }} props */
function ProjectForm({ project, onClose }) {
  const old = Boolean(project.id);
  const [fields, setFields] = useState({ alias: project.alias ?? '', name: project.name ?? '', description: project.description ?? '', repo_path: project.repo_path ?? '' });
  /** @param {keyof typeof fields} name @param {string} label @param {object} [more] */
  const field = (name, label, more = {}) => html`<label class="stack">
    ${label}
    <input value=${fields[name]} onInput=${(/** @type {any} */ event) => setFields({ ...fields, [name]: event.target.value })} ...${more} />
  </label>`;
  /** @param {Event} event */
  const save = (event) => {
    event.preventDefault();
    const { alias, ...rest } = fields;
    (old ? patch(`/projects/${part(alias)}`, rest) : post('/projects', fields)).then(onClose, complain);
  };
  return html`<${Dialog} title=${old ? `Project ${project.alias}` : 'New project'} onClose=${onClose}><form onSubmit=${save}>
    ${field('name', 'Name', { required: true, maxlength: 255, autofocus: true })}
    ${!old && field('alias', 'Alias', { required: true, pattern: '[a-z0-9][a-z0-9\\-]{0,63}', title: 'Small letters, digits and hyphens', placeholder: 'app' })}
    ${field('description', 'Description')} ${field('repo_path', 'Path of its repository', { placeholder: '/home/me/src/app' })}
    <div class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary">${old ? 'Save' : 'Add project'}</button></div>
  </form><//>`;
}
