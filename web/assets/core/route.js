// Where we are: the address is the state. Filters live in the query, so a link
// shows the same to whoever opens it, and the back button undoes a filter.

import { computed, signal } from '../vendor/preact.js';

/** The present address. */
export const here = signal(read());
export const path = computed(() => here.value.path);
export const params = computed(() => here.value.params);
/** The project that all views are about; empty for all of them. */
export const project = computed(() => here.value.params.get('project') ?? '');

function read() {
  return {
    path: location.pathname.replace(/\/+$/, '') || '/',
    params: new URLSearchParams(location.search),
  };
}

/**
 * Goes to an address of ours.
 * @param {string} url
 * @param {{ replace?: boolean }} [how]
 */
export function go(url, { replace = false } = {}) {
  if (url === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  here.value = read();
}

/**
 * The address of a view, in the present project.
 * @param {string} to
 */
export function link(to) {
  const alias = project.value;
  return alias ? `${to}${to.includes('?') ? '&' : '?'}project=${encodeURIComponent(alias)}` : to;
}

/**
 * Changes the query; an empty value takes the name out.
 * @param {Record<string, string | string[] | undefined>} changes
 * @param {{ replace?: boolean }} [how]
 */
export function setQuery(changes, how) {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : [value ?? '']) if (one) next.append(name, one);
  }
  const text = next.toString();
  go(location.pathname + (text ? `?${text}` : ''), how);
}

addEventListener('popstate', () => {
  here.value = read();
});

// Plain clicks on our links stay in the page; every other click is the browser's.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
  if (anchor.pathname.startsWith('/api/') || anchor.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  go(anchor.pathname + anchor.search);
});
