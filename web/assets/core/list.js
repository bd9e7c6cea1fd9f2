// A list that may be long: read in parts and drawn in parts, the next when the end of
// what is drawn comes in sight. Filters of the page work on what was read, so that
// with one set the reading goes on until the page is full, or all is read.

import { useState } from '../vendor/preact.js';
import { everything } from './api.js';
import { useResource } from './resource.js';

/** So many at first; then always twice as many, since all are read again when one changes. */
const READ = 500;
const DRAWN = 100;

/**
 * @template T
 * @param {string} key what is read; another key begins anew
 * @param {{ path: string, params: Record<string, any>, name: string }} what as `everything` takes it
 * @param {(event: Activity) => boolean} matters whether an entry of the log may change it
 * @param {(item: T) => boolean} keep the filter
 */
export function useList(key, { path, params, name }, matters, keep) {
  const [reach, setReach] = useState({ key, read: READ, drawn: DRAWN });
  const { read, drawn } = reach.key === key ? reach : { read: READ, drawn: DRAWN };
  const found = useResource(`${key} ${read}`, (abort) => /** @type {Promise<T[]>} */ (everything(path, params, name, { abort, most: read })), matters);
  const all = found.data ?? [];
  const kept = all.filter(keep);
  const isWhole = all.length < read;
  const drawMore = () => setReach({ key, read, drawn: drawn + DRAWN });
  const readMore = () => setReach({ key, read: read * 2, drawn });
  return {
    ...found,
    /** What was read, and what of it is to be shown: the filter's, and of these so many as are drawn. */
    all,
    kept,
    shown: kept.slice(0, drawn),
    /** The count for the heading. @param {(count: number) => string} say */
    count: (say) => found.data && (isWhole ? say(kept.length) : `more than ${say(kept.length)}`),
    /** Shows more; undefined where that is all. */
    more: kept.length > drawn ? drawMore : !isWhole && found.fresh ? readMore : undefined,
    /** All of the filter, for a file. @returns {Promise<T[]>} */
    whole: async () => (isWhole ? kept : (await everything(path, params, name)).filter(keep)),
  };
}
