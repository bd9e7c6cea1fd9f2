// Over the page where this browser has no key to the server, or no more: each start
// of `backlog web` makes another one. What is on the page, and what has been begun to
// be written there, stays beneath.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { get, locked } from '../core/api.js';
import { readAgain } from '../core/live.js';
import { Icon } from '../ui/icon.js';

/** How often it is looked whether the browser has got a key, in another tab perhaps. */
const ASK_EVERY = 3000;

/** Whether the server lets us in; then everything is read again. */
async function tryDoor() {
  try {
    await get('/info');
  } catch {
    return false;
  }
  locked.value = false;
  readAgain();
  return true;
}

/** The token in an address that was pasted whole, or what was given. @param {string} text */
const tokenIn = (text) => text.match(/[?&]token=([^&#\s]+)/)?.[1] ?? encodeURIComponent(text.trim());

export function Lock() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  useLayoutEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  useEffect(() => {
    const timer = setInterval(tryDoor, ASK_EVERY);
    return () => clearInterval(timer);
  }, []);
  /** @param {Event} event */
  const enter = async (event) => {
    event.preventDefault();
    // The answer sets the cookie that lets this browser in.
    await fetch(`/?token=${tokenIn(text)}`, { credentials: 'same-origin', redirect: 'manual' }).catch(() => {});
    setWrong(!(await tryDoor()));
  };
  return html`<dialog ref=${dialog} class="lock" aria-label="This browser has no key to this backlog"
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && event.preventDefault()}
    onClose=${() => locked.value && dialog.current?.showModal()}>
    <form class="dialog-body" onSubmit=${enter}>
      <header class="dialog-head"><h2><${Icon} name="lock" /> This browser has no key to this backlog</h2></header>
      <p>The key is another one each time <code>backlog web</code> starts. Open the address that it prints, here or in another tab, or paste what this prints in a terminal:</p>
      <pre>backlog web --print-token</pre>
      <label class="stack">Token or address<input value=${text} autofocus autocomplete="off" spellcheck="false" aria-invalid=${wrong ? 'true' : undefined} onInput=${(/** @type {any} */ event) => {
        setText(event.target.value);
        setWrong(false);
      }} /></label>
      ${wrong && html`<p class="wrong" role="alert">That is not the token of the server that runs now.</p>`}
      <p class="faint">What you have begun to write stays on the page.</p>
      <div class="dialog-foot"><button type="submit" class="primary" disabled=${!text.trim()}>Unlock</button></div>
    </form>
  </dialog>`;
}
