// Whether the window is as narrow as a phone, where rows are two lines high; and
// whether it has no room for two columns.

import { signal } from '../vendor/preact.js';

/** @param {string} query */
function watched(query) {
  const media = matchMedia(query);
  const is = signal(media.matches);
  media.addEventListener('change', () => {
    is.value = media.matches;
  });
  return is;
}

export const narrow = watched('(max-width: 720px)');
export const oneColumn = watched('(max-width: 900px)');
