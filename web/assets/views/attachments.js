// All files, of tasks and of docs.

import { html } from '../vendor/preact.js';
import { everything } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link, params, project, setQuery } from '../core/route.js';
import { actorText, counted, shell, size } from '../core/words.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Loaded } from '../ui/empty.js';
import { File } from '../ui/attachments.js';
import { Page } from '../ui/page.js';
import { SearchField } from '../tasks/filters.js';

export function AttachmentsPage() {
  const found = useResource(`attachments of ${project.value}`, (abort) => everything('/attachments', { project: project.value }, 'attachments', { abort }), (event) => event.entity === 'attachment' || event.entity === 'project');
  const text = (params.value.get('search') ?? '').toLowerCase();
  const files = /** @type {Attachment[]} */ (found.data ?? []).filter(({ name, task_ref: ref }) => `${name} ${ref ?? ''}`.toLowerCase().includes(text));
  return html`<${Page} title="Attachments" command=${`backlog activity --kind attachment${project.value ? ` -p ${shell(project.value)}` : ''}`} count=${found.data && `${counted(files.length, 'file')}, ${size(files.reduce((sum, file) => sum + file.size, 0))}`}
    actions=${html`<${Downloads} name="attachments" content=${async () => ({
      title: 'Attachments', json: { attachments: files }, head: ['id', 'of', 'name', 'mime_type', 'size', 'sha256', 'actor', 'created_at'],
      rows: files.map((file) => [file.id, file.task_ref ?? file.doc_id, file.name, file.mime_type, file.size, file.sha256, actorText(file.actor), file.created_at]),
    })} />`}>
    <div class="filters"><${SearchField} value=${params.value.get('search') ?? ''} label="Search attachments" onChange=${(/** @type {string} */ search) => setQuery({ search }, { replace: true })} />
      ${text && html`<button type="button" class="link" onClick=${() => setQuery({ search: undefined })}>Clear filters</button>`}</div>
    <div class="scroll"><${Loaded} of=${found}>${() => files.length
      ? html`<ul class="files">${files.map((file) => html`<${File} key=${file.id} file=${file} reload=${found.reload}>
          ${file.task_ref ? html`<a href=${link(`/tasks/${file.task_ref}`)}>${file.task_ref}</a>` : file.doc_id && html`<a href=${link(`/docs/${file.doc_id}`)}>its doc</a>`}<//>`)}</ul>`
      : html`<${Empty} icon="attachment" title=${text ? 'No file matches' : 'No attachments yet'}>Drop a file on a task or a doc, or <code>backlog attachment add trace.log --task TASK-1</code>.<//>`}<//></div>
  <//>`;
}
