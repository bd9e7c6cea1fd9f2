// What the frame and the views tell each other: which dialog of the frame is open.

import { batch, signal } from '../vendor/preact.js';

/** @typedef {'' | 'new-task' | 'palette' | 'keys'} Name */
/** @type {import('../vendor/preact.js').Signal<Name>} */
export const open = signal('');
/** Grows with each opening: one that is closed and opened in the same moment is another one. */
export const turn = signal(0);

/** @param {Name} name */
export function show(name) {
  batch(() => {
    open.value = name;
    turn.value++;
  });
}

/** Opens the dialog for a new task. */
export const newTask = () => show('new-task');
