// The tasks of a filter, as many as there are, of which those in sight are read. A
// changed filter shows the old rows until the new ones are there.

import { useCallback, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { ApiError, everything, get, query } from '../core/api.js';
import { useChanges } from '../core/resource.js';
import { apiParams } from './filter.js';

const PAGE = 100;
const TRY_AGAIN = 1500;

/** What a list of tasks shows changes with these. @param {Activity} event */
export const ofTasks = (event) => event.entity === 'task' || event.entity === 'label' || event.entity === 'project';

/**
 * @param {import('./filter.js').Filter} filter
 * @param {number} [limit] at most so many
 */
export function useTaskPages(filter, limit = Infinity) {
  const base = query(apiParams(filter));
  const [state, setState] = useState(() => empty(''));
  const [error, setError] = useState(/** @type {ApiError | undefined} */ (undefined));
  const range = useRef([0, 1]);
  const running = useRef(/** @type {Set<number>} */ (new Set()));
  const generation = useRef(0);

  /** @param {number} page @param {boolean} fresh whether all other pages are void with its arrival */
  const load = (page, fresh) => {
    if (running.current.has(page)) return;
    running.current.add(page);
    const mine = generation.current;
    const url = `/tasks${base}${base ? '&' : '?'}view=basic&limit=${PAGE}&offset=${page * PAGE}`;
    get(url).then(
      ({ tasks, page: { total } }) => {
        if (mine !== generation.current) return;
        running.current.delete(page);
        setError(undefined);
        setState((old) => {
          const pages = new Map(fresh || old.base !== base ? [] : old.pages);
          pages.set(page, tasks);
          return { base, total, pages };
        });
      },
      (failure) => {
        if (mine !== generation.current) return;
        running.current.delete(page);
        if (!(failure instanceof ApiError)) throw failure;
        setError(failure);
        if (failure.isPassing) setTimeout(() => mine === generation.current && load(page, fresh), TRY_AGAIN);
      },
    );
  };

  useEffect(() => {
    generation.current++;
    running.current.clear();
    range.current = [0, 1];
    load(0, true);
    return () => {
      generation.current++;
    };
  }, [base]);

  /** Reads again what is in sight. */
  const reload = () => {
    generation.current++;
    running.current.clear();
    const [first, last] = range.current;
    for (let page = first; page < last; page++) load(page, false);
    // Pages out of sight are old from now on.
    setState((old) => ({ ...old, pages: new Map([...old.pages].filter(([page]) => page >= first && page < last)) }));
  };
  useChanges(ofTasks, reload);

  const current = state.base === base;
  const onRange = useCallback(
    (/** @type {number} */ first, /** @type {number} */ last) => {
      range.current = [Math.floor(first / PAGE), Math.max(1, Math.ceil(last / PAGE))];
      if (!current) return;
      for (let page = range.current[0]; page < range.current[1]; page++) if (!state.pages.has(page)) load(page, false);
    },
    [state, current, base],
  );

  return useMemo(
    () => ({
      /** Whether something has been read at all. */
      loaded: state.total >= 0,
      fresh: current && state.total >= 0,
      total: state.total,
      count: Math.max(0, Math.min(state.total, limit)),
      /** @param {number} index @returns {Task | undefined} */
      at: (index) => state.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
      onRange,
      error,
      reload,
    }),
    [state, current, error, onRange, limit],
  );
}

/** @typedef {ReturnType<typeof useTaskPages>} TaskPages */

/** @param {string} base @returns {{ base: string, total: number, pages: Map<number, Task[]> }} */
const empty = (base) => ({ base, total: -1, pages: new Map() });

/**
 * All tasks of a filter, page by page: for downloads, and for what has to see them all.
 * @param {import('./filter.js').Filter} filter
 * @param {number} [most]
 * @returns {Promise<Task[]>}
 */
export function allTasks(filter, most = Infinity) {
  return everything('/tasks', apiParams(filter), 'tasks', { most });
}
