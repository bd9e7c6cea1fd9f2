// Small matters of words.

export const STATUSES = /** @type {const} */ (['todo', 'doing', 'done']);
export const TYPES = ['task', 'bug', 'issue', 'improvement', 'feature', 'vulnerability', 'chore', 'spike', 'bucket-list'];
export const PRIORITIES = [1, 2, 3, 4, 5];
const NAMES = /** @type {Record<string, string>} */ ({ todo: 'To do', doing: 'Doing', done: 'Done', 'bucket-list': 'Bucket list' });
const URGENCY = ['', 'Urgent', 'High', 'Normal', 'Low', 'Some day'];

/** A status or type as a label. @param {string} word */
export const named = (word) => NAMES[word] ?? word.charAt(0).toUpperCase() + word.slice(1);
/** @param {number} level */
export const priorityName = (level) => `P${level} ${URGENCY[level] ?? ''}`.trim();
/** `ai:claude`. @param {Actor} actor */
export const actorText = (actor) => `${actor.kind}:${actor.name}`;
/** `1 task`, `2,000 tasks`. @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
/** The first characters of an id, enough to name it. @param {string} id */
export const short = (id) => id.slice(0, 10);

/** As the command line tells sizes, cut and not rounded. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const [unit, name] = bytes < 2 ** 20 ? [2 ** 10, 'KiB'] : [2 ** 20, 'MiB'];
  return `${(Math.floor((bytes * 10) / unit) / 10).toFixed(1)} ${name}`;
}

/** A word of a POSIX shell. @param {string} text */
export const shell = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
