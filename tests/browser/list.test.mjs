// The list of tasks and its filters.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.run('project', 'add', 'Website', '--alias', 'site');
  house.task('Login times out', '--type', 'bug', '--priority', 'P1', '--label', 'auth', '--assignee', 'alice');
  house.task('Rate limiting', '--type', 'feature', '--priority', 'P2', '--label', 'auth');
  house.task('Upgrade the client', '--type', 'chore', '--priority', 'P4');
  house.agent('scanner', 'task', 'add', '-p', 'site', '-t', 'Broken link on the front page', '--type', 'bug');
  house.run('task', 'move', 'TASK-3', '--status', 'done');
  await house.serve();
  page = await house.open(browser);
});
after(async () => {
  await browser.close();
  await house.close();
});

const titles = () => page.locator('.tasks-table .row[data-ref] .c-title a').allTextContents();
/** Waits until the list shows exactly these. */
const shows = (...wanted) => until(`the list shows ${wanted}`, async () => JSON.stringify((await titles()).sort()) === JSON.stringify([...wanted].sort()));
const choose = async (filter, option) => {
  await page.getByRole('button', { name: new RegExp(`^(Filter by )?${filter}`, 'i') }).click();
  await page.getByRole('checkbox', { name: option, exact: true }).click();
  await page.keyboard.press('Escape');
};

test('filters are kept in the address, so that a link shows the same, and the back button undoes them', async () => {
  await choose('Type', 'Bug');
  await shows('Login times out', 'Broken link on the front page');
  assert.match(page.url(), /type=bug/);
  await choose('Priority', 'P1 Urgent');
  await shows('Login times out');
  const link = page.url();
  assert.match(link, /priority=1/);
  await page.goBack();
  await shows('Login times out', 'Broken link on the front page');

  const other = await house.open(browser, link.replace(house.url, ''));
  await until('the link shows the same', async () => (await other.locator('.row[data-ref]').count()) === 1);
  await other.context().close();

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await shows('Login times out', 'Rate limiting', 'Upgrade the client', 'Broken link on the front page');
  assert.equal(new URL(page.url()).search, '');
  assert.equal(await page.getByRole('button', { name: 'Clear filters' }).count(), 0);
});

test('status, label, assignee, actor, queue and text narrow the list', async () => {
  for (const [query, ...wanted] of [
    ['status=done', 'Upgrade the client'],
    ['label=auth', 'Login times out', 'Rate limiting'],
    ['assignee=alice', 'Login times out'],
    ['actor=ai', 'Broken link on the front page'],
    ['actor=ai:scanner', 'Broken link on the front page'],
    ['is=ready&type=bug', 'Login times out', 'Broken link on the front page'],
    ['search=rate', 'Rate limiting'],
    ['project=site', 'Broken link on the front page'],
    ['status=todo&status=done&type=chore', 'Upgrade the client'],
  ]) {
    await page.goto(`${house.url}/tasks?${query}`);
    await shows(...wanted);
  }
  await page.goto(`${house.url}/tasks`);
  await page.getByRole('searchbox', { name: 'Search tasks' }).fill('limit*');
  await shows('Rate limiting');
  assert.match(page.url(), /search=limit/);
});

test('the footer shows the command line that does the same, and it does', async () => {
  await page.goto(`${house.url}/tasks?type=bug&label=auth&search=log*&project=app&sort=title&order=desc`);
  await shows('Login times out');
  const line = await page.locator('.command code').textContent();
  assert.equal(line, "backlog task list -p app --type bug --label auth --search 'log*' --sort title --order desc");
  const found = house.json('task', 'list', '-p', 'app', '--type', 'bug', '--label', 'auth', '--search', 'log*', '--sort', 'title', '--order', 'desc');
  assert.deepEqual(found.tasks.map(({ title }) => title), ['Login times out']);
});

test('a column is sorted by, and the other way round', async () => {
  await page.goto(`${house.url}/tasks`);
  await page.getByRole('button', { name: 'Title' }).click();
  await until('sorted', async () => (await titles())[0] === 'Broken link on the front page');
  await page.getByRole('button', { name: 'Title' }).click();
  await until('reversed', async () => (await titles())[0] === 'Upgrade the client');
  assert.match(page.url(), /sort=title&order=desc/);
  assert.equal(await page.locator('[aria-sort]').getAttribute('aria-sort'), 'descending');
});

test('where nothing matches, and where there is nothing yet, it says what to do', async () => {
  await page.goto(`${house.url}/tasks?search=nosuchword`);
  await page.getByText('No task matches').waitFor();
  await page.getByRole('link', { name: 'clear them' }).click();
  await shows('Login times out', 'Rate limiting', 'Upgrade the client', 'Broken link on the front page');
  const empty = new House();
  try {
    await empty.serve();
    const fresh = await empty.open(browser);
    await fresh.getByText('No tasks yet').waitFor();
    await fresh.context().close();
  } finally {
    await empty.close();
  }
});

test('j and k walk, Enter opens, and going back finds the same place', async () => {
  await page.goto(`${house.url}/tasks?sort=seq`);
  await shows('Login times out', 'Rate limiting', 'Upgrade the client', 'Broken link on the front page');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await until('the second has the focus', () => page.evaluate(() => document.activeElement.textContent === 'Rate limiting'));
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowDown');
  await until('the second has it again', () => page.evaluate(() => document.activeElement.textContent === 'Rate limiting'));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/tasks\/TASK-2/);
  await page.goBack();
  await shows('Login times out', 'Rate limiting', 'Upgrade the client', 'Broken link on the front page');
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
