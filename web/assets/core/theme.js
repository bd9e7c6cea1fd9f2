// Light or dark: the system's setting, unless the switch says otherwise.

import { signal } from '../vendor/preact.js';
import { recall, remember } from './prefs.js';

/** `system`, `light` or `dark`. */
export const theme = signal(recall('theme', 'system'));

/** @param {string} name */
export function setTheme(name) {
  theme.value = name;
  remember('theme', name);
  show();
}

/** System, light, dark, and round again. */
export function nextTheme() {
  const order = ['system', 'light', 'dark'];
  setTheme(order[(order.indexOf(theme.value) + 1) % order.length]);
}

export function show() {
  if (theme.value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}
