// Calls of the HTTP API. Every failure is an ApiError with a sentence to show.

import { signal } from '../vendor/preact.js';

/** Set once the server refuses this browser: it has to be opened anew from the terminal. */
export const locked = signal(false);

/** A call that did not work. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 where there was no answer
   * @param {string} code
   * @param {string} message
   * @param {any} body
   */
  constructor(status, code, message, body = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }

  /** Somebody changed it since it was read. */
  get isStale() {
    return this.status === 409 && /version/i.test(this.code);
  }

  /** Another session holds the task. */
  get isHeld() {
    return this.status === 409 && /lease|held/i.test(this.code);
  }

  /** It may work when tried again later. */
  get isPassing() {
    return this.status === 0 || this.status === 503;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, form?: FormData, signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 */
async function call(method, path, { body, form, signal: abort } = {}) {
  /** @type {RequestInit} */
  const init = { method, credentials: 'same-origin', headers: { Accept: 'application/json' }, signal: abort };
  if (form) {
    init.body = form;
  } else if (body !== undefined || method !== 'GET') {
    init.headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    init.body = JSON.stringify(body ?? {});
  }
  let response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch (error) {
    if (abort?.aborted) throw error;
    throw new ApiError(0, 'unreachable', 'Backlog does not answer. Is `backlog web` running?');
  }
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  throw refusal(response.status, text);
}

/**
 * @param {number} status
 * @param {string} text
 */
function refusal(status, text) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: a proxy's or the server's bare refusal; the status has to do.
  }
  const { error, code } = /** @type {{ error?: string, code?: string }} */ (body);
  if (status === 401 || (status === 403 && /token|unauthori[sz]ed/i.test(`${code} ${error}`))) locked.value = true;
  return new ApiError(status, code ?? `http-${status}`, error ?? `The server answered ${status}.`, body);
}

/** @param {string} path @param {AbortSignal} [abort] */
export const get = (path, abort) => call('GET', path, { signal: abort });
/** @param {string} path @param {unknown} [body] */
export const post = (path, body) => call('POST', path, { body });
/** @param {string} path @param {unknown} [body] */
export const patch = (path, body) => call('PATCH', path, { body });
/** @param {string} path @param {unknown} [body] */
export const put = (path, body) => call('PUT', path, { body });
/** @param {string} path */
export const del = (path) => call('DELETE', path);
/** @param {string} path @param {FormData} form */
export const upload = (path, form) => call('POST', path, { form });

/**
 * `?a=1&b=2&b=3`, without what is empty.
 * @param {Record<string, string | number | boolean | string[] | undefined | null>} params
 */
export function query(params) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '' && one !== false) search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

const PAGE = 500;

/**
 * A whole list, page by page.
 * @param {string} path
 * @param {Record<string, any>} params
 * @param {string} name of the list in the answer
 * @param {{ abort?: AbortSignal, most?: number }} [how]
 * @returns {Promise<any[]>}
 */
export async function everything(path, params, name, { abort, most = Infinity } = {}) {
  /** @type {any[]} */
  const found = [];
  let cursor = '';
  do {
    const page = await get(`${path}${query({ ...params, limit: Math.min(PAGE, most - found.length), cursor })}`, abort);
    found.push(...page[name]);
    cursor = page.page?.next_cursor ?? '';
  } while (cursor && found.length < most);
  return found;
}

/** A part of a path. */
export const part = encodeURIComponent;
