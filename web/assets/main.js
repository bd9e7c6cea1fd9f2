// The dashboard's beginning: the theme, the event stream, the frame.

import { html, render } from './vendor/preact.js';
import { Frame } from './app/frame.js';
import { listen } from './core/live.js';
import { show } from './core/theme.js';

show();
listen();
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
