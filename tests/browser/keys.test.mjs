// The whole dashboard by keyboard, and its colours.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, gate, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.run('project', 'add', 'Website', '--alias', 'site');
  house.task('Login times out');
  house.task('Rate limiting');
  await house.serve();
  page = await house.open(browser);
});
after(async () => {
  await browser.close();
  await house.close();
});

/** Waits until the page is there. */
const at = (wanted) => until(`the page is at ${wanted}`, () => page.evaluate((url) => location.pathname + location.search === url, wanted));

test('the palette finds a task, a view and a project', async () => {
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('rate');
  await palette.getByRole('option', { name: /Rate limiting/ }).waitFor();
  await page.keyboard.press('Enter');
  await at('/tasks/TASK-2');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('go to memory');
  await palette.getByRole('option', { name: 'Go to Memory', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await at('/memory');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('project: web');
  await palette.getByRole('option', { name: 'Project: Website', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await at('/memory?project=site');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('task-1');
  await palette.getByRole('option', { name: /Login times out/ }).waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
});

test('an answer that comes late does not take the place of a newer one', async () => {
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  const held = gate();
  await page.route(/api\/search\?q=login/, async (route) => {
    await held.opened;
    await route.continue().catch(() => {});
  });
  await page.goto(`${house.url}/tasks`);
  await page.keyboard.press('Control+k');
  const asked = page.waitForRequest(/api\/search\?q=login/);
  await page.keyboard.type('login');
  await asked;
  await palette.getByRole('combobox').fill('rate');
  await palette.getByRole('option', { name: /Rate limiting/ }).waitFor();
  held.open();
  await palette.getByRole('combobox').fill('rate l');
  await until('it has been asked again', async () => (await palette.getByRole('option', { name: /Search all tasks for “rate l”/ }).count()) === 1);
  await palette.getByRole('option', { name: /Rate limiting/ }).waitFor();
  assert.equal(await palette.getByRole('option', { name: /Login times out/ }).count(), 0);
  await page.keyboard.press('Escape');
  await page.unroute(/api\/search\?q=login/);
});

test('n makes a task, / searches, ? shows the keys, g and a letter goes to a view', async () => {
  await page.goto(`${house.url}/tasks`);
  await page.locator('.row[data-ref]').first().waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New task' });
  await dialog.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.keyboard.type('Made by n and nothing else?');
  // There are two projects, and nothing says which is meant.
  const project = dialog.getByRole('combobox', { name: 'Project' });
  assert.equal(await project.inputValue(), '');
  await project.selectOption('app');
  await dialog.getByRole('combobox', { name: 'Priority' }).selectOption('2');
  await dialog.getByRole('textbox', { name: 'Labels' }).fill('keys');
  await dialog.getByRole('textbox', { name: 'Labels' }).press('Enter');
  await page.locator('.row[data-ref]', { hasText: 'Made by n and nothing else?' }).waitFor();
  const made = house.json('task', 'show', 'TASK-3');
  assert.deepEqual([made.priority, made.labels], [2, ['keys']]);

  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.waitForURL(/\/agents/);
});

test('a new task goes to the project of the task one is on, and Ctrl Enter in its title makes it', async () => {
  const ref = house.json('task', 'add', '-p', 'site', '-t', 'On the website').ref;
  await page.goto(`${house.url}/tasks/${ref}`);
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New task' });
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Beside it');
  assert.equal(await dialog.getByRole('combobox', { name: 'Project' }).inputValue(), 'site');
  await page.keyboard.press('Control+Enter');
  await until('it is made', () => house.json('task', 'list', '-p', 'site').tasks.some(({ title }) => title === 'Beside it'));
  await page.goto(`${house.url}/tasks`);
});

test('what was begun in the dialog is still there after closing it', async () => {
  await page.keyboard.press('n');
  await page.keyboard.type('Half a ti');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  assert.equal(await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).inputValue(), 'Half a ti');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill('');
  await page.keyboard.press('Escape');
});

test("light and dark follow the system, unless the switch says otherwise, and the switch is remembered", async () => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background();
  assert.notEqual(light, dark);
  await page.getByRole('button', { name: 'Colours: system' }).click();
  await until('light', async () => (await background()) === light);
  await page.reload();
  await until('still light', async () => (await background()) === light);
  await page.getByRole('button', { name: 'Colours: light' }).click();
  await page.getByRole('button', { name: 'Colours: dark' }).click();
  await until('as the system', async () => (await background()) === dark);
});

test('from 360 pixels on nothing is wider than the window', async () => {
  await page.setViewportSize({ width: 360, height: 700 });
  for (const at of ['/tasks', '/tasks/board', '/tasks/grid', '/tasks/timeline', '/tasks/TASK-1', '/plans', '/docs', '/memory', '/attachments', '/activity', '/projects', '/agents', '/needs-you', '/health']) {
    await page.goto(house.url + at);
    await page.locator('h1').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, at);
  }
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Docs' }).click();
  await page.waitForURL(/\/docs/);
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
