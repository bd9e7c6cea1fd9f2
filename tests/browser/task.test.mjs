// One task.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { House, gate, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.task('Login times out');
  house.task('Blocker');
  house.task('Waits for both');
  await house.serve();
  page = await house.open(browser, '/tasks/TASK-1');
});
after(async () => {
  await browser.close();
  await house.close();
});

const task = (ref = 'TASK-1') => house.json('task', 'show', ref);
const field = (name) => page.getByRole('complementary', { name: 'Fields' }).getByLabel(name, { exact: true });

test('every field is edited in place', async () => {
  await page.getByRole('textbox', { name: 'Title' }).fill('Login times out early');
  await page.keyboard.press('Enter');
  await until('the title is saved', () => task().title === 'Login times out early');
  for (const [name, value, key, wanted] of [
    ['Status', 'doing', 'status', 'doing'], ['Priority', '1', 'priority', 1], ['Type', 'bug', 'type', 'bug'],
    ['Status', 'todo', 'status', 'todo'],
  ]) {
    await field(name).selectOption(value);
    await until(`${name} is saved`, () => task()[key] === wanted);
  }
  for (const [name, value, key, wanted] of [
    ['Assignee', 'alice', 'assignee', 'alice'], ['Due', '2027-05-01', 'due_at', '2027-05-01T00:00:00Z'], ['Not before', '2026-01-02', 'defer_until', '2026-01-02T00:00:00Z'],
    ['Part of', 'TASK-3', 'parent', 'TASK-3'], ['Source', 'semgrep', 'source', 'semgrep'], ['External ref', 'rule-7', 'external_ref', 'rule-7'], ['Path', 'crates/auth', 'project_path', 'crates/auth'],
    ['Part of', '', 'parent', undefined], ['Due', '', 'due_at', undefined],
  ]) {
    await field(name).fill(value);
    await field(name).press('Enter');
    await until(`${name} is saved`, () => task()[key] === wanted);
  }
  await field('Files').fill('src/auth/** src/session.rs');
  await field('Files').press('Enter');
  await until('the scope is saved', () => task().scope?.join() === 'src/auth/**,src/session.rs');
});

test('Escape undoes', async () => {
  await field('Assignee').fill('mallory');
  await field('Assignee').press('Escape');
  assert.equal(await field('Assignee').inputValue(), 'alice');
  assert.equal(task().assignee, 'alice');
});

test('description and comments are markdown, with a preview', async () => {
  await page.getByRole('button', { name: 'Add a description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('It is **bold**, see TASK-2.');
  await page.locator('.description').getByRole('button', { name: 'Preview' }).click();
  await page.locator('.editor-preview strong', { hasText: 'bold' }).waitFor();
  await page.locator('.description').getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('.description strong', { hasText: 'bold' }).waitFor();
  assert.equal(await page.locator('.description').getByRole('link', { name: 'TASK-2' }).getAttribute('href'), '/tasks/TASK-2');
  await page.getByRole('textbox', { name: 'New comment' }).fill('Said `so`.');
  await page.keyboard.press('Control+Enter');
  await page.locator('.comment code', { hasText: 'so' }).waitFor();
  assert.equal(task().comments[0].body, 'Said `so`.');
});

test('plans have versions, and a diff between any two', async () => {
  await page.getByRole('button', { name: 'Add a plan' }).click();
  const plans = page.getByRole('region', { name: /^Plan/ });
  await plans.getByLabel('Title').fill('Fix it');
  await plans.getByRole('textbox', { name: 'Plan' }).fill('One\nTwo\nThree\n');
  await plans.getByRole('button', { name: 'Add plan' }).click();
  await plans.getByRole('heading', { name: 'Fix it' }).waitFor();
  await plans.getByRole('button', { name: 'Edit' }).click();
  await plans.getByRole('textbox', { name: 'Text' }).fill('One\nTwo and a half\nThree\n');
  await plans.getByLabel('What changed').fill('more exact');
  await plans.getByRole('button', { name: 'Save version' }).click();
  await plans.getByRole('button', { name: '2 versions' }).click();
  await plans.locator('.diff-line.added', { hasText: 'Two and a half' }).waitFor();
  assert.equal(await plans.locator('.diff-line.removed .diff-text').textContent(), 'Two');
  assert.equal(task().plans[0].current_version, 2);
  assert.equal(task().plans[0].version.change_note, 'more exact');
});

test('labels are put on and taken off', async () => {
  await page.getByRole('combobox', { name: 'Add a label' }).fill('auth');
  await page.keyboard.press('Enter');
  await until('it is on', () => task().labels.join() === 'auth');
  await page.getByRole('button', { name: 'Take label auth off' }).click();
  await until('it is off', () => task().labels.length === 0);
});

test('dependencies show as a graph, and a circle is refused', async () => {
  house.run('comment', 'add', '--task', 'TASK-1', 'Now it is quiet.');
  await page.locator('.comment', { hasText: 'Now it is quiet.' }).waitFor();
  // Written of another task, and told of this one too.
  house.run('task', 'dep', 'add', 'TASK-3', '--on', 'TASK-1');
  await page.getByRole('group', { name: /TASK-3 waits for TASK-1/ }).waitFor();
  await page.getByLabel('Task to wait for').fill('TASK-2');
  await page.getByRole('button', { name: 'Wait for it' }).click();
  await until('it waits', () => task().blocked_by?.join() === 'TASK-2');
  await page.getByRole('group', { name: /TASK-1 waits for TASK-2; TASK-3 waits for TASK-1/ }).waitFor();
  await page.getByText('Not ready.').waitFor();
  await page.getByLabel('Task to wait for').fill('TASK-3');
  await page.getByRole('button', { name: 'Wait for it' }).click();
  await page.locator('.toast.error', { hasText: 'TASK-3' }).waitFor();
  await page.getByRole('button', { name: 'Wait for TASK-2 no more' }).click();
  await until('it waits no more', () => !task().blocked_by);
});

test('files are attached, previewed, fetched and deleted', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await page.getByLabel('Files to attach').setInputFiles([
    { name: 'dot.png', mimeType: 'image/png', buffer: png },
    { name: 'trace.log', mimeType: 'text/plain', buffer: Buffer.from('session 81 expired\n') },
  ]);
  const picture = page.getByRole('img', { name: 'dot.png' });
  await picture.waitFor();
  await until('the picture is shown', () => picture.evaluate((image) => image.naturalWidth === 1));
  const log = page.locator('.file', { hasText: 'trace.log' });
  await log.getByText('Preview').click();
  await log.getByText('session 81 expired').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), log.getByRole('link', { name: 'trace.log' }).click()]);
  assert.equal(file.suggestedFilename(), 'trace.log');
  await page.getByRole('button', { name: 'Delete dot.png' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await picture.waitFor({ state: 'detached' });
  writeFileSync(`${house.work}/from-outside.txt`, 'x');
  house.run('attachment', 'add', 'from-outside.txt', '--task', 'TASK-1');
  await page.locator('.file', { hasText: 'from-outside.txt' }).waitFor();
});

test('its own activity is shown, with what changed', async () => {
  const activity = page.getByRole('region', { name: 'Activity' });
  await activity.getByText('from-outside.txt').first().waitFor();
  await activity.getByRole('button', { name: 'assignee' }).first().click();
  await activity.locator('ins', { hasText: 'alice' }).waitFor();
});

test('who holds it, with the time left; released with a note', async () => {
  house.agent('claude', 'task', 'claim', 'TASK-1');
  const held = page.locator('.notice.held');
  await held.waitFor();
  assert.match(await held.textContent(), /claude/);
  assert.match(await held.textContent(), /\d+ min left/);
  await field('Priority').selectOption('5');
  const warned = page.getByRole('dialog', { name: 'TASK-1 is held' });
  assert.match(await warned.locator('p').textContent(), /\. It may be at work/);
  await warned.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(task().priority, 1);
  await page.getByRole('button', { name: 'Release' }).click();
  const asked = page.getByRole('dialog', { name: 'Release TASK-1?' });
  await asked.getByLabel('Note').fill('Taken over by hand');
  // It said who holds it: nothing is asked twice.
  await asked.getByText('ai:claude holds it').waitFor();
  await asked.getByRole('button', { name: 'Release' }).click();
  await held.waitFor({ state: 'detached' });
  assert.equal(task().lease, undefined);
  assert.match(JSON.stringify(house.json('task', 'attempts', 'TASK-1')), /Taken over by hand/);
});

test('a value that is refused is marked with the reason, and not sent again', async () => {
  const sent = [];
  page.on('request', (request) => request.method() === 'PATCH' && sent.push(request.url()));
  await field('Part of').fill('TASK-1');
  await field('Part of').press('Enter');
  await page.locator('.field .wrong', { hasText: 'TASK-1 cannot be a part of itself' }).waitFor();
  assert.equal(await field('Part of').getAttribute('aria-invalid'), 'true');
  await field('Part of').blur();
  await field('Part of').focus();
  await field('Part of').blur();
  await field('Part of').press('Escape');
  assert.equal(await field('Part of').inputValue(), '');
  assert.equal(await page.locator('.field .wrong').count(), 0);
  assert.equal(sent.length, 1);
  assert.equal(await page.locator('.toast', { hasText: 'part of itself' }).count(), 0);
});

test('closing a held task says who holds it, and asks once', async () => {
  house.agent('claude', 'task', 'claim', 'TASK-1');
  await page.locator('.notice.held').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  const asked = page.getByRole('dialog', { name: 'Close TASK-1?' });
  await asked.getByText('ai:claude holds it').waitFor();
  await asked.getByRole('button', { name: 'Close', exact: true }).click();
  await until('it is done', () => task().status === 'done');
});

test('archived and taken back; deleted after asking', async () => {
  const more = async (name) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('button', { name }).click();
  };
  await more('Archive');
  await page.getByText('Archived: it is in no list').waitFor();
  await more('Unarchive');
  await until('it is back', () => !task().archived_at);
  await more('Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.ok(task().id);
  await more('Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/tasks$/);
  assert.match(house.run('trash', 'list'), /Login times out early/);
  await page.locator('.toast', { hasText: 'TASK-1 is in the trash.' }).getByRole('button', { name: 'Undo' }).click();
  await page.locator('.toast', { hasText: 'TASK-1 is back.' }).waitFor();
  await page.locator('.row[data-ref="TASK-1"]').waitFor();
});

/** Keeps back the answer of such a request until what it returns is called. */
const hold = async (pattern, method) => {
  const [held, came] = [gate(), gate()];
  const answer = async (route) => {
    if (route.request().method() !== method) return route.fallback();
    const response = await route.fetch();
    await held.opened;
    await route.fulfill({ response });
    came.open();
  };
  await page.route(pattern, answer);
  return async () => {
    held.open();
    await came.opened;
    await page.unroute(pattern, answer);
  };
};

test('what is typed while an answer is on its way stays', async () => {
  await page.goto(`${house.url}/tasks/TASK-2`);
  const comment = page.getByRole('textbox', { name: 'New comment' });
  let release = await hold('**/api/tasks/TASK-2/comments', 'POST');
  await comment.fill('One.');
  await comment.press('Control+Enter');
  await until('it is written', () => task('TASK-2').comments?.length === 1);
  await comment.fill('One. And two.');
  await release();
  await page.locator('.comment', { hasText: 'One.' }).waitFor();
  await until('the rest stays', async () => (await comment.inputValue()) === ' And two.');
  await comment.fill('');

  release = await hold('**/api/tasks/TASK-2/blocked-by/*', 'PUT');
  const other = page.getByLabel('Task to wait for');
  await other.fill('TASK-3');
  await other.press('Enter');
  await until('it waits', () => task('TASK-2').blocked_by?.join() === 'TASK-3');
  await other.fill('TASK-1');
  await release();
  await page.locator('.edge', { hasText: 'TASK-3' }).waitFor();
  assert.equal(await other.inputValue(), 'TASK-1');

  release = await hold('**/api/tasks/TASK-2', 'PATCH');
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.fill('Blocks');
  await title.press('Enter');
  await until('it is saved', () => task('TASK-2').title === 'Blocks');
  await title.fill('Blocks a lot');
  await release();
  await until('the answer is there', async () => (await title.getAttribute('aria-busy')) !== 'true');
  assert.equal(await title.inputValue(), 'Blocks a lot');
  await title.press('Enter');
  await until('the rest is saved', () => task('TASK-2').title === 'Blocks a lot');
  assert.equal(await page.locator('.conflict').count(), 0);
});

test('a label that is refused is still there to be mended', async () => {
  const label = page.getByRole('combobox', { name: 'Add a label' });
  await label.fill('x'.repeat(300));
  await label.press('Enter');
  await page.locator('.toast.error').waitFor();
  assert.equal(await label.inputValue(), 'x'.repeat(300));
  await label.fill('');
});

test('a task that does not exist is said so', async () => {
  await page.goto(`${house.url}/tasks/TASK-999`);
  await page.getByText(/TASK-999/).first().waitFor();
  await page.getByText('backlog trash list').waitFor();
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
