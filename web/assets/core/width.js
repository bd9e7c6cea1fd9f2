// Whether the window is as narrow as a phone; rows are two lines high there.

import { signal } from '../vendor/preact.js';

const media = matchMedia('(max-width: 720px)');
export const narrow = signal(media.matches);
media.addEventListener('change', () => {
  narrow.value = media.matches;
});
