// A text with versions, a plan or a doc: shown, edited, and compared with what it was.

import { html, useState } from '../vendor/preact.js';
import { ApiError, get, part, patch } from '../core/api.js';
import { useBegun } from '../core/draft.js';
import { useResource } from '../core/resource.js';
import { Icon } from './icon.js';
import { Difference } from './difference.js';
import { Person } from './mark.js';
import { Markdown, MarkdownEditor } from './markdown.js';
import { complain, say } from './toast.js';
import { When } from './when.js';
import { ConflictBox } from './conflict.js';

/**
 * @param {{ kind: 'plans' | 'docs', item: Plan | Doc, onSaved: () => void, actions?: any, whole?: boolean }} props `whole`: it has a page of its own
 */
export function Versioned({ kind, item, onSaved, actions, whole }) {
  const [edit, setEdit] = useBegun(`${kind} ${item.id}`, /** @type {null | { base: Version, title: string, body: string, note: string }} */ (null),
    (draft) => draft !== null && (draft.title !== draft.base.title || draft.body !== draft.base.body || draft.note !== ''));
  const [history, setHistory] = useState(false);
  const [theirs, setTheirs] = useState(/** @type {Version | null} */ (null));
  const { version } = item;
  const begin = () => setEdit({ base: version, title: version.title, body: version.body, note: '' });

  /** @param {number} from the version that the change was decided on */
  const save = async (from) => {
    if (!edit) return;
    try {
      const { title, body, note } = edit;
      const saved = await patch(`/${kind}/${part(item.id)}`, { title, body, ...(note ? { change_note: note } : {}), version: from });
      // What was typed meanwhile is the beginning of the next version.
      setEdit((now) => (now && (now.title !== title || now.body !== body) ? { ...now, base: saved.version, note: '' } : null));
      setTheirs(null);
      say('Saved as a new version.');
      onSaved();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isStale) return complain(error);
      setTheirs((await get(`/${kind}/${part(item.id)}`)).version);
    }
  };

  // A newer version than the one that is being edited arrived meanwhile.
  const newer = theirs ?? (edit && version.version > edit.base.version && (version.body !== edit.base.body || version.title !== edit.base.title) ? version : null);
  return html`<article class=${`versioned ${whole ? 'whole' : ''}`}>
    <header class="versioned-head">
      <h3>${version.title}</h3>
      <span class="faint">v${version.version} · <${Person} actor=${version.actor} /> · <${When} at=${version.created_at} />${version.change_note && html` · ${version.change_note}`}</span>
      <span class="versioned-actions">
        ${!edit && html`<button type="button" class="link" onClick=${begin}><${Icon} name="edit" /> Edit</button>`}
        ${item.current_version > 1 && html`<button type="button" class="link" aria-expanded=${history ? 'true' : 'false'}
          onClick=${() => setHistory(!history)}><${Icon} name="history" /> ${item.current_version} versions</button>`}
        ${actions}
      </span>
    </header>
    ${history && html`<${History} kind=${kind} id=${item.id} current=${item.current_version} />`}
    ${edit
      ? html`<label class="stack">Title<input value=${edit.title} maxlength="255" onInput=${(/** @type {any} */ event) => setEdit({ ...edit, title: event.target.value })} /></label>
        <${MarkdownEditor} value=${edit.body} onInput=${(/** @type {string} */ body) => setEdit({ ...edit, body })} label="Text" rows=${16}
          onSave=${() => !newer && save(edit.base.version)} onCancel=${() => setEdit(null)} />
        ${newer && html`<${ConflictBox} field="the text" theirs=${newer.body} mine=${edit.body} by=${{ actor: newer.actor, created_at: newer.created_at }}
          onTheirs=${() => {
            setEdit(null);
            setTheirs(null);
            onSaved();
          }} onMine=${() => save(newer.version)} />`}
        <div class="editor-foot">
          <input class="grow" aria-label="What changed" placeholder="What changed, in a few words" value=${edit.note}
            onInput=${(/** @type {any} */ event) => setEdit({ ...edit, note: event.target.value })} />
          <button type="button" class="primary" disabled=${Boolean(newer) || !edit.title.trim()}
            onClick=${() => save(edit.base.version)}>Save version</button>
          <button type="button" onClick=${() => setEdit(null)}>Cancel</button>
        </div>`
      : html`<${Markdown} text=${version.body} />`}
  </article>`;
}

/** @param {{ kind: string, id: string, current: number }} props */
function History({ kind, id, current }) {
  const found = useResource(`history ${id} ${current}`, (abort) => get(`/${kind}/${part(id)}/history`, abort), () => false);
  const [pair, setPair] = useState([current - 1, current]);
  if (!found.data) return null;
  const versions = /** @type {Version[]} */ ([...found.data.versions]).sort((a, b) => b.version - a.version);
  const [from, to] = pair.map((number) => versions.find(({ version }) => version === number));
  /** @param {string} label @param {number} which */
  const choose = (label, which) => html`<label>${label} <select value=${pair[which]}
    onChange=${(/** @type {any} */ event) => setPair(pair.map((old, index) => (index === which ? Number(event.target.value) : old)))}>
    ${versions.map(({ version, actor, change_note: note }) => html`<option key=${version} value=${version} selected=${version === pair[which]}>
      v${version} ${actor.name}${note ? `: ${note}` : ''}
    </option>`)}
  </select></label>`;
  return html`<div class="history"><div class="history-choice">${choose('From', 0)} ${choose('to', 1)}</div>
    ${from && to && html`${from.title !== to.title && html`<p>Title: <del>${from.title}</del> <ins>${to.title}</ins></p>`}<${Difference} before=${from.body} after=${to.body} />`}</div>`;
}
