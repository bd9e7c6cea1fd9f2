// The event stream: one EventSource, kept alive. Runs in the SharedWorker, or in
// the page where there is none; so it knows neither the DOM nor the views.
//
// EventSource repeats by itself only after a broken connection; after a refusal it
// gives up for good. So the repeating is done here, with the last number seen,
// which makes the server go on without a gap.

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

/** @typedef {'connecting' | 'live' | 'lost' | 'daemon'} State */
/** @typedef {{ event?: Activity, state?: State, reset?: boolean, seq?: number }} News `seq`: with `live`, up to where all has been told */

/**
 * Follows the log for ever.
 * @param {(news: News) => void} tell
 */
export function follow(tell) {
  let last = -1;
  /** The hash of that entry, by which the server knows whether the log is still the same. */
  let hash = '';
  let pause = FIRST_PAUSE;

  function open() {
    const source = new EventSource(last < 0 ? '/api/events' : `/api/events?after=${last}&after_hash=${hash}`);

    source.addEventListener('ready', (event) => {
      ({ seq: last, hash } = JSON.parse(event.data));
      tell({ state: 'live', seq: last });
    });
    // Another log has taken the place of the one that was followed, as after a restore.
    source.addEventListener('reset', (event) => {
      ({ seq: last, hash } = JSON.parse(event.data));
      tell({ reset: true });
    });
    // The server is there, the daemon behind it is not.
    source.addEventListener('lost', () => tell({ state: 'daemon' }));
    source.onmessage = (event) => {
      const entry = /** @type {Activity} */ (JSON.parse(event.data));
      if (entry.seq <= last) return;
      ({ seq: last, hash } = entry);
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
