// What was said about a task.

import { html, useState } from '../vendor/preact.js';
import { part, post } from '../core/api.js';
import { useDraft } from '../core/draft.js';
import { counted } from '../core/words.js';
import { Person } from '../ui/mark.js';
import { Markdown, MarkdownEditor } from '../ui/markdown.js';
import { complain } from '../ui/toast.js';
import { When } from '../ui/when.js';

/** @param {{ task: Task, reload: () => void }} props */
export function Comments({ task, reload }) {
  const [text, setText, sent] = useDraft(`comment ${task.ref}`);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    try {
      await post(`/tasks/${part(task.ref)}/comments`, { body: text });
      sent(text);
      reload();
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  const comments = task.comments ?? [];
  return html`<section aria-labelledby="comments"><h2 id="comments">${comments.length ? counted(comments.length, 'comment') : 'Comments'}</h2>
    <ol class="comments" aria-live="polite" aria-relevant="additions">${comments.map(
      (comment) => html`<li key=${comment.id} class="comment"><header><${Person} actor=${comment.actor} /> <${When} at=${comment.created_at} /></header><${Markdown} text=${comment.body} /></li>`,
    )}</ol>
    <${MarkdownEditor} value=${text} onInput=${setText} label="New comment" rows=${3} onSave=${send} />
    <div class="editor-foot"><button type="button" class="primary" disabled=${busy || !text.trim()} onClick=${send}>Comment</button></div>
  </section>`;
}
