// Which tasks: read from the address, written for the API and for the command line.

import { STATUSES, TYPES, shell } from '../core/words.js';

/**
 * @typedef {{
 *   project: string, status: string[], type: string[], priority: string[], label: string[],
 *   assignee: string, actor: string, search: string, is: string, parent: string, archived: boolean,
 *   sort: string, order: string,
 * }} Filter
 */

/** Names in the address that narrow what is shown. */
export const NARROWING = ['status', 'type', 'priority', 'label', 'assignee', 'actor', 'search', 'is', 'parent', 'archived'];
export const SORTS = ['priority', 'created', 'updated', 'seq', 'title', 'due', 'relevance'];
const LEVELS = ['1', '2', '3', '4', '5'];
const ORDERS = ['asc', 'desc'];
/** What a task may be in the queue, and how the API and the command line call it. */
export const STANDINGS = [
  { name: 'ready', label: 'Ready to be taken', flag: '--ready', param: 'ready' },
  { name: 'blocked', label: 'Blocked', flag: '--blocked', param: 'blocked' },
  { name: 'claimed', label: 'Held by a session', flag: '--claimed', param: 'claimed' },
  { name: 'attention', label: 'Set aside for a person', flag: '--needs-attention', param: 'needs_attention' },
];

/**
 * @param {URLSearchParams} params
 * @returns {Filter}
 */
export function filterOf(params) {
  /** @param {string} name @param {readonly string[]} [allowed] */
  const many = (name, allowed) => params.getAll(name).filter((value) => value && (!allowed || allowed.includes(value)));
  /** @param {string} name */
  const one = (name) => params.get(name) ?? '';
  return {
    project: one('project'),
    status: many('status', STATUSES),
    type: many('type', TYPES),
    priority: many('priority', LEVELS),
    label: many('label'),
    assignee: one('assignee'),
    actor: one('actor'),
    search: one('search'),
    is: STANDINGS.some(({ name }) => name === one('is')) ? one('is') : '',
    parent: one('parent'),
    archived: one('archived') === 'true',
    sort: SORTS.includes(one('sort')) ? one('sort') : '',
    order: ORDERS.includes(one('order')) ? one('order') : '',
  };
}

/**
 * What an address asks for that there is not: `status “bogus”`. Shown, since a list
 * without it would say something else than the address does.
 * @param {URLSearchParams} params
 */
export function strange(params) {
  const known = /** @type {Record<string, readonly string[]>} */ ({
    status: STATUSES, type: TYPES, priority: LEVELS, is: STANDINGS.map(({ name }) => name), sort: SORTS, order: ORDERS,
  });
  return Object.entries(known).flatMap(([name, values]) => params.getAll(name).filter((value) => value && !values.includes(value)).map((value) => `${name} “${value}”`));
}

/** Whether anything narrows the list. @param {Filter} filter */
export function narrows(filter) {
  return NARROWING.some((name) => {
    const value = filter[/** @type {keyof Filter} */ (name)];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
}

/**
 * For `core/api.js`'s query.
 * @param {Filter} filter
 * @returns {Record<string, string | string[] | boolean>}
 */
export function apiParams(filter) {
  const { is, archived, ...rest } = filter;
  const standing = STANDINGS.find(({ name }) => name === is);
  return { ...rest, include_archived: archived, ...(standing ? { [standing.param]: true } : {}) };
}

/**
 * `backlog task list …`, to be pasted.
 * @param {Filter} filter
 */
export function commandLine(filter) {
  const words = ['backlog task list'];
  /** @param {string} flag @param {string} value */
  const flag = (flag, value) => value && words.push(`${flag} ${shell(value)}`);
  flag('-p', filter.project);
  flag('--status', filter.status.join(','));
  flag('--type', filter.type.join(','));
  flag('--priority', filter.priority.join(','));
  filter.label.forEach((label) => flag('--label', label));
  flag('--assignee', filter.assignee);
  const isKind = ['human', 'ai', 'system'].includes(filter.actor);
  const [kind, name] = filter.actor.includes(':') ? filter.actor.split(':', 2) : isKind ? [filter.actor, ''] : ['', filter.actor];
  flag('--actor-kind', kind);
  flag('--actor-name', name);
  flag('--parent', filter.parent);
  const standing = STANDINGS.find(({ name }) => name === filter.is);
  if (standing) words.push(standing.flag);
  flag('--search', filter.search);
  if (filter.archived) words.push('--include-archived');
  flag('--sort', filter.sort);
  flag('--order', filter.order);
  return words.join(' ');
}
