// The frame around every view.

import { html, useEffect, useState } from '../vendor/preact.js';
import { get, locked } from '../core/api.js';
import { useKeys } from '../core/keys.js';
import { go, here, link, path } from '../core/route.js';
import { nextTheme } from '../core/theme.js';
import { Question } from '../ui/dialog.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toast.js';
import { Connection } from './connection.js';
import { Footer } from './footer.js';
import { Keys } from './help.js';
import { Nav, PLACES } from './nav.js';
import { NewTask } from './new_task.js';
import { Palette } from './palette.js';
import { newTask, open, show, turn } from './state.js';
import { View } from './view.js';

/** How often a page without a key looks whether the browser has got one. */
const ASK_EVERY = 3000;

export function Frame() {
  const [menu, setMenu] = useState(false);
  useEffect(() => setMenu(false), [here.value]);
  const shut = locked.value;
  useEffect(() => {
    if (!shut) return;
    const timer = setInterval(() => get('/info').then(() => location.reload(), () => {}), ASK_EVERY);
    return () => clearInterval(timer);
  }, [shut]);
  useKeys({
    'Mod+k': () => show(open.value === 'palette' ? '' : 'palette'),
    n: newTask,
    '?': () => show('keys'),
    '/': () => {
      const field = /** @type {HTMLInputElement | null} */ (document.querySelector('input[data-search]'));
      if (field) field.focus();
      else show('palette');
    },
    Escape: () => setMenu(false),
    t: nextTheme,
    ...Object.fromEntries(PLACES.map(({ key, to }) => [`g ${key}`, () => go(link(to))])),
  });

  if (shut) {
    return html`<main class="alone"><${Empty} icon="lock" title="This browser has no key to this backlog">
      <p>The key is another one each time <code>backlog web</code> starts. Open the address that it prints, or:</p><pre>backlog web --print-token</pre><//></main>`;
  }
  return html`<div class=${`frame ${menu ? 'menu-open' : ''}`}>
    <a class="skip" href="#main" onClick=${() => document.getElementById('main')?.focus()}>To the content</a>
    <header class="topbar"><button type="button" class="bare" aria-label="Menu" aria-expanded=${menu ? 'true' : 'false'} onClick=${() => setMenu(!menu)}><${Icon} name=${menu ? 'close' : 'menu'} /></button>
      <a href=${link('/tasks')} class="brand">Backlog</a>
      <button type="button" class="bare" aria-label="Search and commands" onClick=${() => show('palette')}><${Icon} name="search" /></button></header>
    <${Nav} />
    <div class="shade" onClick=${() => setMenu(false)}></div>
    <main id="main" tabindex="-1"><${Connection} /><${View} path=${path.value} /></main>
    <${Footer} />
    ${open.value === 'palette' && html`<${Palette} key=${turn.value} />`}
    ${open.value === 'keys' && html`<${Keys} key=${turn.value} />`}
    ${open.value === 'new-task' && html`<${NewTask} key=${turn.value} />`}
    <${Question} /><${Toasts} />
  </div>`;
}
