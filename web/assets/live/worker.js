// One event stream for all tabs of this browser: browsers allow an origin six
// connections, and a stream for each tab would soon use them up.

import { follow } from './stream.js';

/** @type {Set<MessagePort>} */
const ports = new Set();
/** @type {import('./stream.js').State} */
let state = 'connecting';
/** Up to where all has been told. @type {number | undefined} */
let seq;

/** @param {import('./stream.js').News} news */
function tell(news) {
  if (news.state) state = news.state;
  seq = news.event?.seq ?? news.seq ?? seq;
  for (const port of ports) port.postMessage(news);
}

self.addEventListener('connect', (event) => {
  const port = /** @type {MessageEvent} */ (event).ports[0];
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data === 'bye') ports.delete(port);
  };
  port.postMessage({ state, seq });
});

follow(tell);
