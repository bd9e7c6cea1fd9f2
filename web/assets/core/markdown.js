// Markdown becomes HTML on the server, which also sanitises it. Texts that are asked
// for in one moment travel together, and each is asked for once.

import { post } from './api.js';

/** @type {Map<string, Promise<string>>} */
const known = new Map();
const KEPT = 300;
/** @type {{ text: string, resolve: (html: string) => void, reject: (error: unknown) => void }[]} */
let waiting = [];

/**
 * @param {string} text
 * @returns {Promise<string>} sanitised HTML
 */
export function rendered(text) {
  const found = known.get(text);
  if (found) return found;
  const asked = new Promise((resolve, reject) => {
    if (!waiting.length) setTimeout(flush);
    waiting.push({ text, resolve, reject });
  });
  known.set(text, asked);
  asked.catch(() => known.delete(text));
  for (const old of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(old);
  }
  return asked;
}

async function flush() {
  const batch = waiting;
  waiting = [];
  try {
    const { html } = await post('/render', { texts: batch.map(({ text }) => text) });
    batch.forEach(({ resolve }, index) => resolve(html[index]));
  } catch (error) {
    batch.forEach(({ reject }) => reject(error));
  }
}
