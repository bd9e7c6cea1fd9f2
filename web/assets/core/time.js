// Times as people read them, in their own zone.

import { signal } from '../vendor/preact.js';

/** The present moment, to the second, for whatever runs. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** @param {number} span milliseconds */
export function span(span) {
  const size = Math.abs(span);
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < 2 * DAY) return `${Math.floor(size / HOUR)} h`;
  if (size < 60 * DAY) return `${Math.floor(size / DAY)} d`;
  return `${Math.floor(size / (30 * DAY))} mo`;
}

/**
 * `5 min ago`, `in 2 d`.
 * @param {string} when
 * @param {number} [from]
 */
export function ago(when, from = now.value) {
  const past = from - Date.parse(when);
  if (Math.abs(past) < 5 * SECOND) return 'now';
  return past > 0 ? `${span(past)} ago` : `in ${span(past)}`;
}

/** `2026-05-08 12:29`. @param {string} when */
export function full(when) {
  const at = new Date(when);
  return Number.isNaN(at.getTime()) ? when : `${day(when)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-05-08`. @param {string | number} when */
export function day(when) {
  const at = new Date(when);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The value of a date input. @param {string | undefined} when */
export const dateInput = (when) => (when ? day(when) : '');

/** The moment when that day begins here. @param {string} date `2026-05-08`, or nothing */
export function dayBegins(date) {
  const at = new Date(`${date}T00:00:00`);
  // What is no day, such as one of the year 20265, is for the API to refuse.
  return Number.isNaN(at.getTime()) ? date : at.toISOString().replace('.000Z', 'Z');
}

/** So the API writes a day on which something is due: its midnight in UTC, in every time zone. */
const WHOLE_DAY = /^(\d{4}-\d\d-\d\d)T00:00:00Z$/;

/** The day on which something is due, the same one everywhere; that of a time of day, here. @param {string | undefined} due */
export const dueDay = (due) => due?.match(WHOLE_DAY)?.[1] ?? dateInput(due);

/** As the API writes a due date. @param {string} date `2026-05-08`, or nothing */
export const dueOn = (date) => (date ? `${date}T00:00:00Z` : '');

/** How many days from today until something is due; negative once its day has ended. @param {string} due */
export const daysLeft = (due) => Math.round((Date.parse(dueDay(due)) - Date.parse(day(now.value))) / DAY);

/** `today`, `tomorrow`, `in 5 d`, `3 d ago`. @param {string} due */
export function dueIn(due) {
  const days = daysLeft(due);
  const near = /** @type {Record<string, string>} */ ({ '-1': 'yesterday', 0: 'today', 1: 'tomorrow' })[days];
  if (near) return near;
  return days < 0 ? `${span(days * DAY)} ago` : `in ${span(days * DAY)}`;
}

/** @param {number} number */
const two = (number) => String(number).padStart(2, '0');
