// What others write shows by itself; what is lost comes back by itself.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.task('First');
  house.task('Second', '-d', 'As it was.');
  await house.serve();
  page = await house.open(browser);
  await page.getByText('Live', { exact: true }).waitFor();
});
after(async () => {
  await browser.close();
  await house.close();
});

test("an agent's write shows in an open page within a second", async () => {
  await page.evaluate(() => {
    window.seen = new Promise((resolve) => {
      new MutationObserver(() => document.body.textContent.includes('By an agent') && resolve(Date.now())).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
  });
  house.agent('claude', 'task', 'add', '-p', 'app', '-t', 'By an agent');
  const written = Date.now();
  const seen = await page.evaluate(() => window.seen);
  assert.ok(seen - written < 1000, `it took ${seen - written} ms`);
});

test('what somebody is typing stays, whatever is written meanwhile', async () => {
  await page.goto(`${house.url}/tasks/TASK-2`);
  const comment = page.getByRole('textbox', { name: 'New comment' });
  await comment.fill('Half a sent');
  await page.getByRole('button', { name: 'Edit description' }).click();
  const description = page.getByRole('textbox', { name: 'Description' });
  await description.fill('What I am writing.');
  house.agent('claude', 'comment', 'add', 'From outside', '--task', 'TASK-2');
  house.run('task', 'update', 'TASK-2', '--priority', 'P1');
  await page.locator('.comment').filter({ hasText: 'From outside' }).waitFor();
  await until('the priority is shown', async () => (await page.getByRole('combobox', { name: 'Priority' }).inputValue()) === '1');
  assert.equal(await comment.inputValue(), 'Half a sent');
  assert.equal(await description.inputValue(), 'What I am writing.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until('it is saved', () => house.json('task', 'show', 'TASK-2').description === 'What I am writing.');
  await comment.fill('');
});

test('a field that is changed while it is edited shows both values at once', async () => {
  await page.getByRole('button', { name: 'Edit description' }).click();
  const description = page.getByRole('textbox', { name: 'Description' });
  await description.fill('Mine.');
  house.run('task', 'update', 'TASK-2', '-d', 'Theirs.', '--as', 'human:alice');
  const conflict = page.getByRole('alert').filter({ hasText: 'changed description' });
  await conflict.waitFor();
  assert.match(await conflict.textContent(), /Theirs\..*Mine\./s);
  assert.equal(await description.inputValue(), 'Mine.');
  await conflict.getByRole('button', { name: 'Keep theirs' }).click();
  await page.locator('.description').getByText('Theirs.').waitFor();
  assert.equal(house.json('task', 'show', 'TASK-2').description, 'Theirs.');
});

test('all tabs share one event stream', async () => {
  const streams = [];
  page.context().on('request', (request) => request.url().includes('/api/events') && streams.push(request.url()));
  const second = await page.context().newPage();
  await second.goto(`${house.url}/tasks`);
  await second.getByText('Live', { exact: true }).waitFor();
  house.agent('claude', 'task', 'add', '-p', 'app', '-t', 'Seen in both tabs');
  await second.getByText('Seen in both tabs').waitFor();
  await page.bringToFront();
  await page.goto(`${house.url}/tasks`);
  await page.getByText('Seen in both tabs').waitFor();
  assert.deepEqual(streams, []);
  await second.close();
});

test('the daemon killed while a page is open: the page says so and comes back by itself, without a gap', async () => {
  await page.evaluate(() => {
    window.said = '';
    const alert = document.querySelector('.connection-place');
    new MutationObserver(() => (window.said += alert.textContent)).observe(alert, { childList: true, subtree: true });
  });
  house.killDaemon();
  await until('it is said', () => page.evaluate(() => window.said.includes('The daemon does not answer')));
  await page.getByText('Connected again.').waitFor();
  house.agent('claude', 'task', 'add', '-p', 'app', '-t', 'After the kill');
  await page.getByText('After the kill').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('a lost server is said, and a page comes back to what was written meanwhile', async () => {
  await house.stopServing();
  await page.getByText(/Connection lost/).waitFor();
  house.agent('claude', 'task', 'add', '-p', 'app', '-t', 'While nobody looked');
  await house.serve();
  await page.getByText('While nobody looked').waitFor();
  await page.getByText(/Connection lost/).waitFor({ state: 'detached' });
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
