// What a project remembers: short entries with tags.

import { html, useEffect, useState } from '../vendor/preact.js';
import { ApiError, del, everything, get, part, patch, post, query } from '../core/api.js';
import { isBegun, unsent, useBegun, useDraft } from '../core/draft.js';
import { useList } from '../core/list.js';
import { useResource } from '../core/resource.js';
import { params, project, setQuery } from '../core/route.js';
import { actorText, counted, shell } from '../core/words.js';
import { ConflictBox } from '../ui/conflict.js';
import { Difference } from '../ui/difference.js';
import { ask } from '../ui/dialog.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Loaded } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Person } from '../ui/mark.js';
import { Markdown, MarkdownEditor } from '../ui/markdown.js';
import { More } from '../ui/more.js';
import { Page } from '../ui/page.js';
import { ProjectSelect, likelyProject } from '../ui/projects.js';
import { complain } from '../ui/toast.js';
import { trashed } from '../ui/trash.js';
import { When } from '../ui/when.js';

/** @param {Activity} event */
const ofMemory = (event) => event.entity === 'memory' || event.entity === 'project';
/** @param {string} text */
const tagsOf = (text) => [...new Set(text.split(/[\s,]+/).filter(Boolean))];

export function MemoryPage() {
  const chosen = params.value.getAll('tag');
  /** @param {Memory} entry */
  const matches = ({ tags }) => chosen.every((tag) => tags.includes(tag));
  const memory = useList(`memory ${project.value}`, { path: '/memory', params: { project: project.value }, name: 'entries' }, ofMemory, matches);
  const [adding, setAdding] = useState(isBegun('memory'));
  const tags = [...new Set(memory.all.flatMap((entry) => entry.tags))].sort();
  const line = `backlog memory list${project.value ? ` -p ${shell(project.value)}` : ''}${chosen.length ? ` --tag ${shell(chosen.join(','))}` : ''}`;
  return html`<${Page} title="Memory" command=${line} count=${memory.count((count) => counted(count, 'entry', 'entries'))} actions=${html`
    <${Downloads} name="memory" content=${async () => memoryFiles(await memory.whole())} />
    <button type="button" class="primary" onClick=${() => setAdding(true)}><${Icon} name="plus" /><span>Remember</span></button>`}>
    ${(tags.length > 0 || chosen.length > 0) && html`<div class="filters chips" role="group" aria-label="Filter by tag">
      ${[...new Set([...tags, ...chosen])].map((tag) => html`<button type="button" key=${tag} class="chip"
          aria-pressed=${chosen.includes(tag) ? 'true' : 'false'}
      onClick=${() => setQuery({ tag: chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag] })}>${tag}</button>`)}
      ${chosen.length > 0 && html`<button type="button" class="link" onClick=${() => setQuery({ tag: [] })}>Clear filters</button>`}</div>`}
    <div class="scroll narrow">
      ${adding && html`<${NewEntry} onDone=${() => setAdding(false)} />`}
      <${Loaded} of=${memory}>${() => memory.kept.length || memory.more
        ? html`<ul class="memory">${memory.shown.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} reload=${memory.reload} />`)}</ul><${More} more=${memory.more} />`
        : !adding && html`<${Empty} icon="memory" title=${memory.all.length ? 'No entry has these tags' : 'Nothing is remembered yet'}>
          What every session should know before it begins: <code>backlog memory add "Deploys go through staging" --tag deploy</code>
        <//>`}
      <//>
    </div>
  <//>`;
}

/** @param {Memory[]} entries @returns {import('../ui/downloads.js').Content} */
function memoryFiles(entries) {
  return {
    title: 'Memory',
    json: { entries },
    head: ['id', 'project', 'tags', 'body', 'actor', 'updated_at'],
    rows: entries.map((entry) => [entry.id, entry.project.alias, entry.tags.join(' '), entry.body, actorText(entry.actor), entry.updated_at]),
    markdown: `# Memory\n\n${entries.map(({ body, tags }) => `${body}\n\n${tags.map((tag) => `#${tag}`).join(' ')}\n`).join('\n---\n\n')}`,
  };
}

/** @param {{ onDone: () => void }} props */
function NewEntry({ onDone }) {
  const [body, setBody, sentBody] = useDraft('memory');
  const [tags, setTags, sentTags] = useDraft('memory tags');
  const [alias, setAlias] = useState(likelyProject);
  const save = () => {
    if (!body.trim() || !alias) return;
    post('/memory', { project: alias, body, tags: tagsOf(tags) }).then(() => {
      sentBody(body);
      sentTags(tags);
      onDone();
    }, complain);
  };
  return html`<div class="versioned"><${ProjectSelect} value=${alias} onChange=${setAlias} />
    <${MarkdownEditor} value=${body} onInput=${setBody} label="What to remember" rows=${4} onSave=${save} onCancel=${onDone} autofocus />
    <label class="stack">Tags<input value=${tags} placeholder="deploy, auth" onInput=${(/** @type {any} */ event) => setTags(event.target.value)} /></label>
    <div class="editor-foot">
      <button type="button" class="primary" disabled=${!body.trim() || !alias} onClick=${save}>Remember</button>
      <button type="button" onClick=${onDone}>Cancel</button>
    </div>
  </div>`;
}

/** @param {{ entry: Memory, reload: () => void }} props */
function Entry({ entry, reload }) {
  const [edit, setEdit] = useBegun(`memory ${entry.id}`, /** @type {null | { base: Memory, body: string, tags: string }} */ (null),
    (draft) => draft !== null && (draft.body !== draft.base.body || draft.tags !== draft.base.tags.join(', ')));
  const [more, setMore] = useBegun(`append ${entry.id}`, /** @type {string | null} */ (null), (draft) => Boolean(draft?.trim()));
  const [history, setHistory] = useState(false);
  const [theirs, setTheirs] = useState(/** @type {Memory | null} */ (null));
  const [by, setBy] = useState(/** @type {Activity | undefined} */ (undefined));
  const newer = theirs ?? (edit && entry.version > edit.base.version && entry.body !== edit.base.body ? entry : null);
  useEffect(() => {
    if (newer) get(`/activity${query({ entity_id: entry.id, limit: 1 })}`).then(({ events }) => setBy(events[0]), () => {});
  }, [newer?.version]);

  /** @param {number} version */
  const save = async (version) => {
    if (!edit) return;
    try {
      const { body, tags } = edit;
      const saved = await patch(`/memory/${part(entry.id)}`, { body, tags: tagsOf(tags), version });
      // What was typed meanwhile is an edit of what is there now.
      setEdit((now) => (now && (now.body !== body || now.tags !== tags) ? { ...now, base: saved } : null));
      setTheirs(null);
      reload();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isStale) return complain(error);
      reload();
      const entries = /** @type {Memory[]} */ (await everything('/memory', { project: entry.project.alias }, 'entries'));
      setTheirs(entries.find(({ id }) => id === entry.id) ?? null);
    }
  };
  const append = () => {
    if (!more?.trim()) return;
    patch(`/memory/${part(entry.id)}/append`, { value: more }).then(() => {
      setMore((now) => (now === null ? null : unsent(now, more) || null));
      reload();
    }, complain);
  };
  const remove = async () => {
    const yes = await ask({ title: 'Forget this?', text: 'The entry goes to the trash and stays there for 30 days.', action: 'Forget', danger: true });
    if (yes === null) return;
    await del(`/memory/${part(entry.id)}`);
    trashed('The entry', entry.id, reload);
    reload();
  };
  if (edit) {
    return html`<li class="versioned">
      <${MarkdownEditor} value=${edit.body} onInput=${(/** @type {string} */ body) => setEdit({ ...edit, body })} label="What to remember" rows=${6}
        autofocus onSave=${() => !newer && save(edit.base.version)} onCancel=${() => setEdit(null)} />
      <label class="stack">Tags<input value=${edit.tags} onInput=${(/** @type {any} */ event) => setEdit({ ...edit, tags: event.target.value })} /></label>
      ${newer && html`<${ConflictBox} field="the entry" theirs=${newer.body} mine=${edit.body} by=${by} onTheirs=${() => {
        setEdit(null);
        setTheirs(null);
      }} onMine=${() => save(newer.version)} />`}
      <div class="editor-foot">
        <button type="button" class="primary" disabled=${Boolean(newer) || !edit.body.trim()} onClick=${() => save(edit.base.version)}>Save</button>
        <button type="button" onClick=${() => setEdit(null)}>Cancel</button>
      </div>
    </li>`;
  }
  return html`<li class="versioned"><${Markdown} text=${entry.body} />
    <div class="entry-foot">${entry.tags.map((tag) => html`<a key=${tag} class="chip" href=${`/memory?tag=${part(tag)}${project.value ? `&project=${part(project.value)}` : ''}`}>${tag}</a>`)}
      <span class="faint">${entry.project.alias} · <${Person} actor=${entry.actor} /> · <${When} at=${entry.updated_at} /></span>
      <span class="versioned-actions"><button type="button" class="link" onClick=${() => setEdit({ base: entry, body: entry.body, tags: entry.tags.join(', ') })}><${Icon} name="edit" /> Edit</button>
      <button type="button" class="link" onClick=${() => setMore('')}><${Icon} name="plus" /> Append</button>
      ${entry.version > 1 && html`<button type="button" class="link" aria-expanded=${history ? 'true' : 'false'} onClick=${() => setHistory(!history)}><${Icon} name="history" /> History</button>`}
      <button type="button" class="link" aria-label="Forget this entry" onClick=${() => remove().catch(complain)}><${Icon} name="trash" /></button></span></div>
    ${more !== null && html`<${MarkdownEditor} value=${more} onInput=${setMore} label="Text to append" rows=${3} autofocus onSave=${append} onCancel=${() => setMore(null)} />
      <div class="editor-foot">
        <button type="button" class="primary" disabled=${!more.trim()} onClick=${append}>Append</button>
        <button type="button" onClick=${() => setMore(null)}>Cancel</button>
      </div>`}
    ${history && html`<${History} id=${entry.id} />`}
  </li>`;
}

/** What the log says about an entry: each change as a diff. @param {{ id: string }} props */
function History({ id }) {
  const found = useResource(`memory history ${id}`, (abort) => get(`/activity${query({ entity_id: id, limit: 50 })}`, abort), (event) => event.entity_id === id);
  return html`<${Loaded} of=${found}>${(/** @type {{ events: Activity[] }} */ { events }) => html`<ol class="revisions">${events.map((event) => {
    const body = event.payload.changes?.body;
    return html`<li key=${event.seq}><p class="faint"><${Person} actor=${event.actor} /> ${event.summary} <${When} at=${event.created_at} /></p>
      ${body && typeof body.to === 'string' && html`<${Difference} before=${String(body.from ?? '')} after=${body.to} />`}</li>`;
  })}</ol>`}<//>`;
}
