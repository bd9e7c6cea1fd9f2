// The lines by which two texts differ: Myers' greedy algorithm, with the common
// beginning and end taken off first.

/** @typedef {{ kind: 'same' | 'added' | 'removed', text: string, before?: number, after?: number }} Line */

/** Beyond this many differences the rest is shown as replaced; the search grows with their square. */
const MOST = 1500;

/**
 * @param {string} before
 * @param {string} after
 * @returns {Line[]}
 */
export function diffLines(before, after) {
  const a = split(before);
  const b = split(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;

  /** @type {Line[]} */
  const lines = [];
  for (let i = 0; i < start; i++) lines.push({ kind: 'same', text: a[i], before: i + 1, after: i + 1 });
  const script = shortest(a.slice(start, a.length - end), b.slice(start, b.length - end));
  let [x, y] = [start, start];
  for (const kind of script) {
    if (kind === 'removed') lines.push({ kind, text: a[x], before: ++x });
    else if (kind === 'added') lines.push({ kind, text: b[y], after: ++y });
    else lines.push({ kind, text: a[x], before: ++x, after: ++y });
  }
  for (let i = a.length - end; i < a.length; i++) lines.push({ kind: 'same', text: a[i], before: ++x, after: ++y });
  return lines;
}

/** @param {string} text */
const split = (text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Line['kind'][]}
 */
function shortest(a, b) {
  const most = Math.min(a.length + b.length, MOST);
  /** @type {Map<number, number>[]} */
  const steps = [];
  let reach = new Map([[1, 0]]);
  for (let d = 0; d <= most; d++) {
    steps.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1));
      let x = down ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(steps, a, b);
    }
  }
  return [...a.map(() => /** @type {const} */ ('removed')), ...b.map(() => /** @type {const} */ ('added'))];
}

/** @param {Map<number, number>} reach @param {number} k */
const at = (reach, k) => reach.get(k) ?? -1;

/**
 * @param {Map<number, number>[]} steps
 * @param {string[]} a
 * @param {string[]} b
 */
function walkBack(steps, a, b) {
  /** @type {Line['kind'][]} */
  const script = [];
  let [x, y] = [a.length, b.length];
  for (let d = steps.length - 1; d >= 0; d--) {
    const reach = steps[d];
    const k = x - y;
    const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1));
    const from = down ? k + 1 : k - 1;
    const [px, py] = [at(reach, from), at(reach, from) - from];
    while (x > px && y > py && x > 0 && y > 0) {
      script.push('same');
      x--;
      y--;
    }
    if (d > 0) script.push(down ? 'added' : 'removed');
    [x, y] = [px, py];
  }
  return script.reverse();
}
