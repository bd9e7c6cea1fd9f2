// Markdown, shown and written.

import { html, useEffect, useId, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { rendered } from '../core/markdown.js';
import { fill } from '../core/trust.js';

/** @param {{ text: string }} props */
export function Markdown({ text }) {
  const [done, setDone] = useState(/** @type {string | null} */ (null));
  const [failed, setFailed] = useState(false);
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    let current = true;
    setFailed(false);
    rendered(text).then(
      (made) => current && setDone(made),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [text]);
  useLayoutEffect(() => {
    if (done === null || failed || !body.current) return;
    fill(body.current, done);
    linkTasks(body.current);
    complete(body.current);
  }, [done, failed]);
  // Where it cannot be rendered, it is still readable as it was written.
  if (failed) return html`<pre class="markdown source">${text}</pre>`;
  return html`<div class="markdown" ref=${body}></div>`;
}

/** What keyboards and screen readers need beyond what markdown has. @param {Element} root */
function complete(root) {
  for (const box of root.querySelectorAll('input[type="checkbox"]')) box.setAttribute('aria-label', box.hasAttribute('checked') ? 'done' : 'not done');
  for (const block of root.querySelectorAll('pre, table')) block.setAttribute('tabindex', '0');
}

/** Makes TASK-12 a link. @param {Element} root */
function linkTasks(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) {
    if (text.parentElement?.closest('a, code, pre')) continue;
    const pieces = text.data.split(/\b(TASK-\d+)\b/);
    if (pieces.length === 1) continue;
    text.replaceWith(
      ...pieces.map((piece, index) => {
        if (index % 2 === 0) return piece;
        const anchor = document.createElement('a');
        anchor.href = `/tasks/${piece}`;
        anchor.textContent = piece;
        return anchor;
      }),
    );
  }
}

/**
 * A text area with a preview. Ctrl or ⌘ Enter saves, Escape gives up.
 * @param {{ value: string, onInput: (text: string) => void, label: string, rows?: number, onSave?: () => void, onCancel?: () => void, autofocus?: boolean }} props
 */
export function MarkdownEditor({ value, onInput, label, rows = 8, onSave, onCancel, autofocus }) {
  const [preview, setPreview] = useState(false);
  const id = useId();
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    if (autofocus) area.current?.focus();
  }, []);
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSave?.();
    } else if (event.key === 'Escape' && onCancel) {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
  };
  return html`<div class="editor">
    <div class="editor-tabs" role="group" aria-label=${`${label}: write or preview`}>
      <button type="button" aria-pressed=${preview ? 'false' : 'true'} onClick=${() => setPreview(false)}>Write</button>
      <button type="button" aria-pressed=${preview ? 'true' : 'false'} onClick=${() => setPreview(true)}>Preview</button>
      <span class="editor-hint">Markdown</span>
    </div>
    ${preview
      ? html`<div class="editor-preview">${value.trim() ? html`<${Markdown} text=${value} />` : html`<p class="faint">Nothing to preview.</p>`}</div>`
      : html`<textarea id=${id} ref=${area} aria-label=${label} rows=${rows} value=${value} onKeyDown=${keys}
          onInput=${(/** @type {Event} */ event) => onInput(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>`}
  </div>`;
}
