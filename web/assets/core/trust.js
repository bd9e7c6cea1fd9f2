// The one Trusted Types policy. Two things pass it: HTML that the server has
// rendered and sanitised (core/markdown.js), and the address of our own worker.
// Nothing else in the dashboard writes HTML.

/** @type {Record<string, (text: string) => any>} */
const plain = { createHTML: (text) => text, createScriptURL: (text) => text };

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy('backlog', {
      createHTML: (text) => text,
      createScriptURL: (url) => {
        if (!/^\/[a-z]+\/[a-z]+\.js$/.test(url)) throw new TypeError(`not ours: ${url}`);
        return url;
      },
    })
  : plain;

/**
 * Puts the server's sanitised HTML into an element.
 * @param {Element} element
 * @param {string} rendered
 */
export function fill(element, rendered) {
  element.innerHTML = policy.createHTML(rendered);
}

/**
 * The address of a script of ours, for a worker.
 * @param {string} path
 * @returns {string}
 */
export function script(path) {
  return policy.createScriptURL(path);
}
