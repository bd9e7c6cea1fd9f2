// All files, of tasks and of docs.

import { html } from '../vendor/preact.js';
import { useList } from '../core/list.js';
import { link, params, project, setQuery } from '../core/route.js';
import { actorText, counted, shell, size } from '../core/words.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Loaded } from '../ui/empty.js';
import { File } from '../ui/attachments.js';
import { More } from '../ui/more.js';
import { Page } from '../ui/page.js';
import { SearchField } from '../tasks/filters.js';

/** @param {Activity} event */
const ofFiles = (event) => event.entity === 'attachment' || event.entity === 'project';

export function AttachmentsPage() {
  const text = (params.value.get('search') ?? '').toLowerCase();
  /** @param {Attachment} file */
  const matches = ({ name, task_ref: ref }) => `${name} ${ref ?? ''}`.toLowerCase().includes(text);
  const found = useList(`attachments of ${project.value}`, { path: '/attachments', params: { project: project.value }, name: 'attachments' }, ofFiles, matches);
  const bytes = found.kept.reduce((sum, file) => sum + file.size, 0);
  return html`<${Page} title="Attachments" command=${`backlog attachment list${project.value ? ` -p ${shell(project.value)}` : ''}`}
    count=${found.count((count) => `${counted(count, 'file')}, ${size(bytes)}`)}
    actions=${html`<${Downloads} name="attachments" content=${async () => filesOf(await found.whole())} />`}>
    <div class="filters"><${SearchField} value=${params.value.get('search') ?? ''} label="Search attachments" onChange=${(/** @type {string} */ search) => setQuery({ search }, { replace: true })} />
      ${text && html`<button type="button" class="link" onClick=${() => setQuery({ search: undefined })}>Clear filters</button>`}</div>
    <div class="scroll"><${Loaded} of=${found}>${() => found.kept.length || found.more
      ? html`<ul class="files">${found.shown.map((file) => html`<${File} key=${file.id} file=${file} reload=${found.reload}>
          ${file.task_ref
            ? html`<a href=${link(`/tasks/${file.task_ref}`)}>${file.task_ref}</a>`
            : file.doc_id && html`<a href=${link(`/docs/${file.doc_id}`)}>its doc</a>`}
        <//>`)}</ul><${More} more=${found.more} />`
      : html`<${Empty} icon="attachment" title=${text ? 'No file matches' : 'No attachments yet'}>
        Drop a file on a task or a doc, or <code>backlog attachment add trace.log --task TASK-1</code>.
      <//>`}<//></div>
  <//>`;
}

/** @param {Attachment[]} attachments @returns {import('../ui/downloads.js').Content} */
function filesOf(attachments) {
  return {
    title: 'Attachments',
    json: { attachments },
    head: ['id', 'of', 'name', 'mime_type', 'size', 'sha256', 'actor', 'created_at'],
    rows: attachments.map((file) => [file.id, file.task_ref ?? file.doc_id, file.name, file.mime_type, file.size, file.sha256, actorText(file.actor), file.created_at]),
  };
}
