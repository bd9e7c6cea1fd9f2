// The grid: cells edited in place.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  for (const title of ['First', 'Second', 'Third']) house.task(title);
  await house.serve();
  page = await house.open(browser, '/tasks/grid?sort=seq');
});
after(async () => {
  await browser.close();
  await house.close();
});

const cell = (ref, name) => page.locator(`.sheet .row[data-ref="${ref}"] .g-${name}`);
const task = (ref) => house.json('task', 'show', ref);

test('a cell is saved on Enter, on leaving it, and undone with Escape', async () => {
  await cell('TASK-1', 'title').dblclick();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('First of all');
  await page.keyboard.press('Enter');
  await until('it is saved', () => task('TASK-1').title === 'First of all');

  await cell('TASK-2', 'assignee').dblclick();
  await page.keyboard.type('alice');
  await page.getByRole('heading', { name: 'Tasks' }).click();
  await until('it is saved', () => task('TASK-2').assignee === 'alice');

  await cell('TASK-3', 'title').dblclick();
  await page.keyboard.type(' and more');
  await page.keyboard.press('Escape');
  await until('the old title is there', async () => (await cell('TASK-3', 'title').textContent()) === 'Third');
  assert.equal(task('TASK-3').title, 'Third');
});

test('keyboard alone: arrows walk, letters write, Enter saves and goes down', async () => {
  await cell('TASK-1', 'assignee').focus();
  await page.keyboard.type('bob');
  await page.keyboard.press('Enter');
  await until('it is saved', () => task('TASK-1').assignee === 'bob');
  await until('the cell below has the focus', () => page.evaluate(() => document.activeElement?.closest('[data-ref]')?.dataset.ref === 'TASK-2'));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Priority of TASK-2' }).selectOption('1');
  await until('it is saved', () => task('TASK-2').priority === 1);
});

test('labels and a due date', async () => {
  await cell('TASK-1', 'labels').dblclick();
  await page.keyboard.type('auth, slow');
  await page.keyboard.press('Enter');
  await until('they are saved', () => task('TASK-1').labels.join() === 'auth,slow');
  await cell('TASK-1', 'due').dblclick();
  await page.getByLabel('Due of TASK-1').fill('2027-03-01');
  await page.keyboard.press('Enter');
  await until('it is saved', () => task('TASK-1').due_at?.startsWith('2027-03-01'));
});

test('a change that somebody else made meanwhile shows with both values, and nothing is overwritten', async () => {
  await cell('TASK-3', 'title').dblclick();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Mine');
  house.run('task', 'update', 'TASK-3', '-t', 'Theirs', '--as', 'human:alice');
  await page.keyboard.press('Enter');
  const conflict = page.getByRole('alert').filter({ hasText: 'human:alice' });
  await conflict.waitFor();
  assert.match(await conflict.textContent(), /Theirs/);
  assert.match(await conflict.textContent(), /Mine/);
  assert.equal(task('TASK-3').title, 'Theirs');
  await conflict.getByRole('button', { name: 'Save mine' }).click();
  await until('mine is saved', () => task('TASK-3').title === 'Mine');
  await conflict.waitFor({ state: 'detached' });
});

test('a change of another field meanwhile is no conflict, and both are kept', async () => {
  await cell('TASK-3', 'title').dblclick();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Mine again');
  house.run('task', 'update', 'TASK-3', '--priority', 'P1');
  await page.keyboard.press('Enter');
  await until('it is saved', () => task('TASK-3').title === 'Mine again');
  assert.equal(task('TASK-3').priority, 1);
});

test('several rows are changed at once', async () => {
  await cell('TASK-1', 'title').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByText('2 tasks chosen').waitFor();
  await page.getByRole('combobox', { name: /Set status/ }).selectOption('doing');
  await until('both are moved', () => task('TASK-1').status === 'doing' && task('TASK-2').status === 'doing');
  assert.equal(task('TASK-3').status, 'todo');
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
