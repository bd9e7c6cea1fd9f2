// Files for the person at the browser, made here from what the API gives.

/**
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  // The download has its own hold on the data by the next turns of the loop.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * RFC 4180. A cell that a spreadsheet would take for a formula gets a quote before it.
 * @param {string[]} head
 * @param {unknown[][]} rows
 */
export function csv(head, rows) {
  /** @param {unknown} value */
  const cell = (value) => {
    const raw = value === undefined || value === null ? '' : String(value);
    const text = /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * A table of Markdown.
 * @param {string[]} head
 * @param {unknown[][]} rows
 */
export function table(head, rows) {
  /** @param {unknown} value */
  const cell = (value) => String(value ?? '').replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |\n`).join('');
}
