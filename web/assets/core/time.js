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

/** @param {number} number */
const two = (number) => String(number).padStart(2, '0');
