// The event stream: one EventSource, kept alive. Runs in the SharedWorker, or in
// the page where there is none; so it knows neither the DOM nor the views.
//
// EventSource repeats by itself only after a broken connection; after a refusal it
// gives up for good. So the repeating is done here, with the last number seen,
// which makes the server go on without a gap.

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

/** @typedef {'connecting' | 'live' | 'lost' | 'daemon'} State */
/** @typedef {{ event?: Activity, state?: State, reset?: boolean }} News */

/**
 * Follows the log for ever.
 * @param {(news: News) => void} tell
 */
export function follow(tell) {
  let last = -1;
  let pause = FIRST_PAUSE;

  function open() {
    const source = new EventSource(last < 0 ? '/api/events' : `/api/events?after=${last}`);

    source.addEventListener('ready', (event) => {
      const { seq } = JSON.parse(event.data);
      // A smaller number is another workspace behind the same address.
      if (seq < last) tell({ reset: true });
      if (last < 0 || seq < last) last = seq;
      tell({ state: 'live' });
    });
    // The server is there, the daemon behind it is not.
    source.addEventListener('lost', () => tell({ state: 'daemon' }));
    source.onmessage = (event) => {
      const entry = /** @type {Activity} */ (JSON.parse(event.data));
      if (entry.seq <= last) return;
      last = entry.seq;
      tell({ event: entry });
    };
    source.onopen = () => {
      pause = FIRST_PAUSE;
    };
    source.onerror = () => {
      source.close();
      tell({ state: 'lost' });
      setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  }

  open();
}
