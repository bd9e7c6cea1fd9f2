// What this browser remembers. Nothing here is needed: storage may be forbidden.

/**
 * @param {string} name
 * @param {string} otherwise
 */
export function recall(name, otherwise) {
  try {
    return localStorage.getItem(`backlog.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(`backlog.${name}`, value);
  } catch {
    // It holds for this page only.
  }
}
