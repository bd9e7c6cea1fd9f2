// The files of a task or a doc: shown, added, taken away.

import { html, useRef, useState } from '../vendor/preact.js';
import { del, everything, part, upload } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { counted, size } from '../core/words.js';
import { ask } from './dialog.js';
import { Icon } from './icon.js';
import { Person } from './mark.js';
import { complain, say } from './toast.js';
import { trashed } from './trash.js';
import { When } from './when.js';

const LARGEST = 10 * 1024 * 1024;

/** @param {{ task?: string, doc?: string }} props one of the two */
export function Attachments({ task, doc }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [over, setOver] = useState(false);
  const found = useResource(`attachments ${task ?? doc}`, (abort) => everything('/attachments', { task_id: task, doc_id: doc }, 'attachments', { abort }), (event) => event.entity === 'attachment');
  const files = /** @type {Attachment[]} */ (found.data ?? []);

  /** @param {FileList | null | undefined} chosen */
  const add = async (chosen) => {
    for (const file of chosen ?? []) {
      if (file.size > LARGEST) {
        say(`${file.name} has ${size(file.size)}; an attachment may have 10 MB.`, { kind: 'error' });
        continue;
      }
      const form = new FormData();
      form.append('linked_type', task ? 'task' : 'doc');
      form.append('linked_id', task ?? doc ?? '');
      form.append('name', file.name);
      form.append('file', file);
      await upload('/attachments', form).then(() => say(`${file.name} is attached.`), complain);
    }
    found.reload();
  };

  return html`<section class=${`attachments ${over ? 'over' : ''}`} aria-labelledby="attachments"
    onDragOver=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(true);
    }}
    onDragLeave=${() => setOver(false)}
    onDrop=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(false);
      add(event.dataTransfer?.files);
    }}>
    <h2 id="attachments">${files.length ? counted(files.length, 'attachment') : 'Attachments'}
      <button type="button" class="link" onClick=${() => input.current?.click()}><${Icon} name="plus" /> Add a file</button></h2>
    <input ref=${input} class="unseen" type="file" multiple tabindex="-1" aria-label="Files to attach" onChange=${(/** @type {any} */ event) => {
      add(event.target.files).then(() => {
        event.target.value = '';
      });
    }} />
    <ul class="files">${files.map((file) => html`<${File} key=${file.id} file=${file} reload=${found.reload} />`)}</ul>
    ${!files.length && html`<p class="faint">Drop files here.</p>`}
  </section>`;
}

/** @param {{ file: Attachment, reload: () => void, children?: any }} props */
export function File({ file, reload, children }) {
  const address = `/api/attachments/${part(file.id)}`;
  const remove = async () => {
    const yes = await ask({ title: `Delete ${file.name}?`, text: 'The file goes to the trash and stays there for 30 days.', action: 'Delete', danger: true });
    if (yes === null) return;
    await del(`/attachments/${part(file.id)}`);
    trashed(file.name, file.id, reload);
    reload();
  };
  return html`<li class="file"><div class="file-line"><${Icon} name="attachment" /><a class="file-name" href=${address} download=${file.name}>${file.name}</a>
      <span class="faint">${size(file.size)} · ${file.mime_type} · <${Person} actor=${file.actor} /> · <${When} at=${file.created_at} /></span>${children}
      <button type="button" class="bare" aria-label=${`Delete ${file.name}`} onClick=${() => remove().catch(complain)}><${Icon} name="trash" /></button></div>
    <${Preview} file=${file} address=${address} /></li>`;
}

const PICTURES = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;
const TEXTS = /^(text\/(?!html)|application\/(json|toml|yaml|x-yaml|x-sh))/;
const SHOWN = 64 * 1024;

/** Pictures and plain text are shown, nothing else is. @param {{ file: Attachment, address: string }} props */
function Preview({ file, address }) {
  const [text, setText] = useState(/** @type {string | null} */ (null));
  if (PICTURES.test(file.mime_type)) return html`<img class="file-picture" src=${address} alt=${file.name} loading="lazy" />`;
  if (!TEXTS.test(file.mime_type)) return null;
  const load = async () => {
    if (text !== null) return;
    const answer = await fetch(address, { credentials: 'same-origin' });
    const whole = await answer.text();
    setText(whole.length > SHOWN ? `${whole.slice(0, SHOWN)}\n…` : whole);
  };
  return html`<details class="file-text" onToggle=${load}><summary>Preview</summary>${text === null ? html`<p class="faint">Reading…</p>` : html`<pre tabindex="0">${text}</pre>`}</details>`;
}
