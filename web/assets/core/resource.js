// Something read from the server that stays true: it is read again when an entry
// of the log says that it may have changed. What is on the screen stays there
// meanwhile.

import { useEffect, useRef, useState } from '../vendor/preact.js';
import { ApiError } from './api.js';
import { onEvent } from './live.js';

/** Entries that come within this are one reason to read again. */
const TOGETHER = 150;
const TRY_AGAIN = 1500;

/**
 * Calls back soon after entries that matter; later where the page is hidden.
 * @param {(event: Activity) => boolean} matters
 * @param {() => void} act
 */
export function useChanges(matters, act) {
  const latest = useRef({ matters, act });
  latest.current = { matters, act };
  useEffect(() => {
    let timer = 0;
    let missed = false;
    const run = () => {
      timer = 0;
      if (document.hidden) missed = true;
      else latest.current.act();
    };
    const off = onEvent((event) => {
      if ((event === null || latest.current.matters(event)) && !timer) timer = window.setTimeout(run, TOGETHER);
    });
    const shown = () => {
      if (missed && !document.hidden) {
        missed = false;
        latest.current.act();
      }
    };
    document.addEventListener('visibilitychange', shown);
    return () => {
      off();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
    };
  }, []);
}

/**
 * @template T
 * @param {string} key what is read; another key reads anew
 * @param {(abort: AbortSignal) => Promise<T>} load
 * @param {(event: Activity) => boolean} [matters] whether an entry may change it
 * @returns {{ data: T | undefined, error: ApiError | undefined, fresh: boolean, reload: () => void, set: (data: T) => void }}
 *   `fresh` is false while the data is that of another key or of nothing
 */
export function useResource(key, load, matters = () => true) {
  const [state, setState] = useState(/** @type {{ key?: string, data?: T, error?: ApiError }} */ ({}));
  const running = useRef(/** @type {AbortController | undefined} */ (undefined));
  const loader = useRef(load);
  loader.current = load;
  const wanted = useRef(key);
  wanted.current = key;

  const reload = () => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    loader.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key: wanted.current, data });
      },
      (error) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState((old) => ({ ...old, key: wanted.current, data: old.key === wanted.current ? old.data : undefined, error }));
        if (error.isPassing) setTimeout(() => abort === running.current && reload(), TRY_AGAIN);
      },
    );
  };

  useEffect(() => {
    reload();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [key]);
  useChanges(matters, reload);

  return {
    data: state.data,
    error: state.key === key ? state.error : undefined,
    fresh: state.key === key && state.data !== undefined,
    reload,
    set: (data) => setState({ key, data }),
  };
}
