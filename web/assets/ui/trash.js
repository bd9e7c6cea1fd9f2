// What was deleted can be taken back, at once or for 30 days.

import { part, post } from '../core/api.js';
import { complain, say } from './toast.js';

/**
 * Says that something is in the trash, with a click to take it back.
 * @param {string} name at the beginning of a sentence
 * @param {string} id
 * @param {() => void} [back] once it is there again
 */
export function trashed(name, id, back = () => {}) {
  const restore = () => post(`/trash/${part(id)}/restore`).then(() => {
    say(`${name} is back.`);
    back();
  }, complain);
  say(`${name} is in the trash.`, { label: 'Undo', act: restore });
}
