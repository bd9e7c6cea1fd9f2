// The frame around every view.

import { html, useEffect, useState } from '../vendor/preact.js';
import { locked } from '../core/api.js';
import { useKeys } from '../core/keys.js';
import { go, here, link, path } from '../core/route.js';
import { nextTheme } from '../core/theme.js';
import { Question } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toast.js';
import { Connection } from './connection.js';
import { Footer } from './footer.js';
import { Keys } from './help.js';
import { Lock } from './lock.js';
import { Nav, PLACES } from './nav.js';
import { NewTask } from './new_task.js';
import { Palette } from './palette.js';
import { newTask, open, show, turn } from './state.js';
import { View } from './view.js';

export function Frame() {
  const [menu, setMenu] = useState(false);
  useEffect(() => setMenu(false), [here.value]);
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

  return html`<div class=${`frame ${menu ? 'menu-open' : ''}`}>
    <a class="skip" href="#main" onClick=${() => document.getElementById('main')?.focus()}>To the content</a>
    <header class="topbar">
      <button type="button" class="bare" aria-label="Menu" aria-expanded=${menu ? 'true' : 'false'} onClick=${() => setMenu(!menu)}>
        <${Icon} name=${menu ? 'close' : 'menu'} />
      </button>
      <a href=${link('/tasks')} class="brand">Backlog</a>
      <button type="button" class="bare" aria-label="Search and commands" onClick=${() => show('palette')}><${Icon} name="search" /></button></header>
    <${Nav} />
    <div class="shade" onClick=${() => setMenu(false)}></div>
    <main id="main" tabindex="-1"><${Connection} /><${View} path=${path.value} /></main>
    <${Footer} />
    ${open.value === 'palette' && html`<${Palette} key=${turn.value} />`}
    ${open.value === 'keys' && html`<${Keys} key=${turn.value} />`}
    ${open.value === 'new-task' && html`<${NewTask} key=${turn.value} />`}
    <${Question} />${locked.value && html`<${Lock} />`}<${Toasts} />
  </div>`;
}
