// The docs of the projects, and one of them.

import { html, useState } from '../vendor/preact.js';
import { del, get, part, patch, post } from '../core/api.js';
import { useDraft } from '../core/draft.js';
import { useList } from '../core/list.js';
import { useResource } from '../core/resource.js';
import { go, link, params, project, setQuery } from '../core/route.js';
import { actorText, counted, shell, short } from '../core/words.js';
import { Attachments } from '../ui/attachments.js';
import { Dialog, ask } from '../ui/dialog.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Failure, Loaded, Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Person } from '../ui/mark.js';
import { MarkdownEditor } from '../ui/markdown.js';
import { More } from '../ui/more.js';
import { Page } from '../ui/page.js';
import { ProjectSelect, likelyProject, useShownProject } from '../ui/projects.js';
import { complain } from '../ui/toast.js';
import { trashed } from '../ui/trash.js';
import { Versioned } from '../ui/versioned.js';
import { When } from '../ui/when.js';
import { SearchField } from '../tasks/filters.js';

/** @param {Activity} event */
const ofDocs = (event) => event.entity === 'doc' || event.entity === 'project';

export function DocsPage() {
  const [adding, setAdding] = useState(false);
  const text = params.value.get('search') ?? '';
  /** @param {Doc} doc */
  const matches = ({ title, version }) => `${title} ${version.body ?? ''}`.toLowerCase().includes(text.toLowerCase());
  const docs = useList(`docs ${project.value}`, { path: '/docs', params: { project: project.value }, name: 'docs' }, ofDocs, matches);
  return html`<${Page} title="Docs" command=${`backlog doc list${project.value ? ` -p ${shell(project.value)}` : ''}`} count=${docs.count((count) => counted(count, 'doc'))}
    actions=${html`<${Downloads} name="docs" content=${async () => docFiles(await whole(await docs.whole()))} />
      <button type="button" class="primary" onClick=${() => setAdding(true)}><${Icon} name="plus" /><span>New doc</span></button>`}>
    <div class="filters"><${SearchField} value=${text} label="Search docs" onChange=${(/** @type {string} */ search) => setQuery({ search }, { replace: true })} />
      ${text && html`<button type="button" class="link" onClick=${() => setQuery({ search: undefined })}>Clear filters</button>`}</div>
    <div class="scroll"><${Loaded} of=${docs}>${() => {
      if (!docs.all.length) return html`<${Empty} icon="doc" title="No docs yet">
        What a project has to be known for: how it is built, what was decided. <code>backlog doc add --title "How we deploy" --from-file deploy.md</code>
      <//>`;
      if (!docs.kept.length && !docs.more) return html`<${Empty} icon="filter" title="No doc matches">Loosen the search.<//>`;
      return html`<ul class="items">${docs.shown.map((doc) => html`<li key=${doc.id}><a class="item" href=${link(`/docs/${doc.id}`)}><${Icon} name="doc" />
        <span class="item-title">${doc.title}</span>
        <span class="faint">${doc.project.alias} · v${doc.current_version}</span>
        <${Person} actor=${doc.version.actor} />
        <${When} at=${doc.updated_at} />
      </a></li>`)}</ul><${More} more=${docs.more} />`;
    }}<//></div>
    ${adding && html`<${NewDoc} onClose=${() => setAdding(false)} />`}
  <//>`;
}

/** Docs with their bodies; lists may come without. @param {Doc[]} docs @returns {Promise<Doc[]>} */
const whole = (docs) => Promise.all(docs.map((doc) => (doc.version.body ? doc : get(`/docs/${part(doc.id)}`))));

/** @param {Doc[]} docs @returns {import('../ui/downloads.js').Content} */
function docFiles(docs) {
  return {
    title: 'Docs',
    json: { docs },
    head: ['id', 'project', 'title', 'version', 'actor', 'change_note', 'updated_at', 'body'],
    rows: docs.map((doc) => [doc.id, doc.project.alias, doc.title, doc.current_version, actorText(doc.version.actor), doc.version.change_note, doc.updated_at, doc.version.body]),
    markdown: docs.map((doc) => `# ${doc.title}\n\n${doc.version.body}\n`).join('\n'),
  };
}

/** @param {{ onClose: () => void }} props */
function NewDoc({ onClose }) {
  const [title, setTitle, sentTitle] = useDraft('doc title');
  const [body, setBody, sentBody] = useDraft('doc body');
  const [alias, setAlias] = useState(likelyProject);
  const save = () => {
    post('/docs', { project: alias, title, body }).then((doc) => {
      sentTitle(title);
      sentBody(body);
      onClose();
      go(link(`/docs/${doc.id}`));
    }, complain);
  };
  return html`<${Dialog} title="New doc" onClose=${onClose} class="wide">
    <form onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      save();
    }}>
      <label class="stack">Title<input value=${title} maxlength="255" required autofocus onInput=${(/** @type {any} */ event) => setTitle(event.target.value)} /></label>
      <${ProjectSelect} value=${alias} onChange=${setAlias} />
      <${MarkdownEditor} value=${body} onInput=${setBody} label="Text" rows=${12} onSave=${save} />
      <div class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary">Add doc</button></div>
    </form><//>`;
}

/** @param {{ id: string }} props */
export function DocPage({ id }) {
  const found = useResource(`doc ${id}`, (abort) => get(`/docs/${part(id)}`, abort), (event) => event.entity === 'doc');
  const [more, setMore, sent] = useDraft(`append ${id}`);
  const doc = /** @type {Doc | undefined} */ (found.fresh ? found.data : undefined);
  useShownProject(doc?.project.alias ?? '');
  const remove = async () => {
    const yes = await ask({ title: 'Delete this doc?', text: `“${doc?.title}” goes to the trash with its versions and stays there for 30 days.`, action: 'Delete', danger: true });
    if (yes === null) return;
    await del(`/docs/${part(id)}`);
    trashed('The doc', id);
    go(link('/docs'));
  };
  const append = async () => {
    if (!doc || !more.trim()) return;
    await patch(`/docs/${part(id)}/append`, { value: more });
    sent(more);
    found.reload();
  };
  return html`<${Page} title=${doc?.title ?? 'Doc'} command=${`backlog doc show ${id}`}
    heading=${html`<a href=${link('/docs')}>Docs</a><${Icon} name="chevron" /><span>${doc?.title ?? short(id)}</span>`}
    actions=${doc && html`<${Downloads} name=${`doc-${short(id)}`} content=${async () => docFiles([doc])} />
      <button type="button" onClick=${() => remove().catch(complain)}><${Icon} name="trash" /><span>Delete</span></button>`}>
    <div class="scroll narrow">${doc
      ? html`<p class="faint">Doc of <a href=${`/docs?project=${part(doc.project.alias)}`}>${doc.project.name || doc.project.alias}</a></p>
        <${Versioned} key=${id} whole kind="docs" item=${doc} onSaved=${found.reload} />
        <details class="append"><summary>Append</summary><${MarkdownEditor} value=${more} onInput=${setMore} label="Text to append" rows=${4} onSave=${() => append().catch(complain)} />
          <div class="editor-foot"><button type="button" class="primary" disabled=${!more.trim()} onClick=${() => append().catch(complain)}>Append</button></div></details>
        <${Attachments} doc=${doc.id} />`
      : found.error ? html`<${Failure} error=${found.error} retry=${found.reload} />` : html`<${Loading} />`}</div>
  <//>`;
}
