// The board: cards in columns.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.task('First', '--priority', 'P1');
  house.task('Second', '--assignee', 'alice', '--type', 'bug');
  house.task('Third');
  await house.serve();
  page = await house.open(browser, '/tasks/board');
});
after(async () => {
  await browser.close();
  await house.close();
});

const card = (ref) => page.locator(`.card[data-ref="${ref}"]`);
const column = (value) => page.locator(`.column[data-value="${value}"]`);
const inColumn = (ref, value) => until(`${ref} is in ${value}`, () => column(value).locator(`[data-ref="${ref}"]`).count());
/** Changes a card's title and waits for that: what was written before has been read by then. */
const rereadWith = async (ref, title) => {
  house.run('task', 'update', ref, '-t', title);
  await card(ref).filter({ hasText: title }).waitFor();
};
const focused = () => page.evaluate(() => document.activeElement?.dataset?.ref);

test('a card is moved by dragging', async () => {
  await inColumn('TASK-1', 'todo');
  await card('TASK-1').dragTo(column('doing'));
  await inColumn('TASK-1', 'doing');
  assert.equal(house.json('task', 'show', 'TASK-1').status, 'doing');
});

test('a card is moved by keyboard, and keeps the focus', async () => {
  await card('TASK-2').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await inColumn('TASK-2', 'doing');
  await until('the card has the focus', async () => (await focused()) === 'TASK-2');
  // Also once all columns have been read again.
  await until('it is in its new column alone', async () => (await card('TASK-2').count()) === 1);
  await rereadWith('TASK-2', 'Second, read again');
  assert.equal(await focused(), 'TASK-2');
  await page.keyboard.press('Shift+ArrowRight');
  await inColumn('TASK-2', 'done');
  assert.equal(house.json('task', 'show', 'TASK-2').status, 'done');
});

test('columns by priority, type and assignee, kept in the address', async () => {
  for (const [by, ref, value, field, wanted] of [
    ['Priority', 'TASK-3', '4', 'priority', 4],
    ['Type', 'TASK-3', 'bug', 'type', 'bug'],
    ['Assignee', 'TASK-3', 'alice', 'assignee', 'alice'],
  ]) {
    await page.getByRole('button', { name: by, exact: true }).click();
    await page.waitForURL(new RegExp(`by=${by.toLowerCase()}`));
    await card(ref).dragTo(column(value));
    await inColumn(ref, value);
    assert.equal(house.json('task', 'show', ref)[field], wanted);
  }
});

test('a card that somebody else moved meanwhile is where they put it', async () => {
  await page.goto(`${house.url}/tasks/board`);
  await inColumn('TASK-3', 'todo');
  house.run('task', 'move', 'TASK-3', '--status', 'done');
  await inColumn('TASK-3', 'done');
});

test('moving a task that a session holds asks first', async () => {
  house.agent('claude', 'task', 'add', '-p', 'app', '-t', 'Held');
  house.agent('claude', 'task', 'claim', 'TASK-4');
  await inColumn('TASK-4', 'doing');
  await card('TASK-4').focus();
  await page.keyboard.press('Shift+ArrowRight');
  const asked = page.getByRole('dialog', { name: /TASK-4 is held/ });
  await asked.waitFor();
  await asked.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(house.json('task', 'show', 'TASK-4').status, 'doing');
  await card('TASK-4').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await asked.getByRole('button', { name: 'Do it all the same' }).click();
  await inColumn('TASK-4', 'done');
});

test('the focus follows a card that arrives far down, where nothing was drawn', async () => {
  for (let number = 0; number < 30; number++) house.run('task', 'add', '-p', 'app', '-t', `Done ${number}`, '--priority', 'P1', '--status', 'done', '--label', 'far');
  const ref = house.task('Goes far', '--priority', 'P5', '--status', 'doing', '--label', 'far');
  await page.goto(`${house.url}/tasks/board?label=far`);
  await card(ref).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await inColumn(ref, 'done');
  await rereadWith(ref, 'Went far');
  assert.equal(await focused(), ref);
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
