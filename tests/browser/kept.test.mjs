// What somebody has begun to write, and which day they meant, is what they find again.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

let browser, house, page, plan, memory;
before(async () => {
  browser = await launch();
  house = new House();
  house.task('First', '-d', 'As it was.');
  house.task('Second');
  plan = house.json('plan', 'add', '--task', 'TASK-1', '--title', 'Plan', '--content', 'One\n').id;
  memory = house.json('memory', 'add', 'Ports from 9000 on.', '-p', 'app').id;
  await house.serve();
  page = await house.open(browser, '/tasks/TASK-1');
});
after(async () => {
  await browser.close();
  await house.close();
});

const nav = (name) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true }).click();

test('a description, a plan and an entry of memory that were begun are there after going elsewhere and back', async () => {
  await page.getByRole('button', { name: 'Edit description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Half a description');
  const plans = page.getByRole('region', { name: 'Plan' });
  await plans.getByRole('button', { name: 'Edit' }).click();
  await plans.getByRole('textbox', { name: 'Text' }).fill('Half a plan');
  await nav('Memory');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'What to remember' }).fill('Half a memory');
  await nav('Docs');
  await page.goBack();
  assert.equal(await page.getByRole('textbox', { name: 'What to remember' }).inputValue(), 'Half a memory');
  await page.goBack();
  assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Half a description');
  assert.equal(await plans.getByRole('textbox', { name: 'Text' }).inputValue(), 'Half a plan');
  await plans.getByRole('button', { name: 'Cancel' }).click();
});

test('what others changed meanwhile is found then too, line by line, and by whom', async () => {
  await nav('Docs');
  house.run('task', 'update', 'TASK-1', '-d', 'Theirs.\nIn two lines.', '--as', 'human:alice');
  await page.goBack();
  const conflict = page.getByRole('alert').filter({ hasText: 'changed description' });
  await conflict.getByText('human:alice').waitFor();
  await conflict.locator('.diff-line.removed', { hasText: 'In two lines.' }).waitFor();
  assert.equal(await page.locator('.description').getByRole('button', { name: 'Save', exact: true }).isDisabled(), true);
  await conflict.getByRole('button', { name: 'Save mine' }).click();
  await until('it is saved', () => house.json('task', 'show', 'TASK-1').description === 'Half a description');
  await nav('Memory');
  await page.getByRole('textbox', { name: 'What to remember' }).waitFor();
  house.run('memory', 'update', memory, '--body', 'Ports from 7000 on.', '--as', 'human:alice');
  await page.getByRole('alert').getByText('human:alice').waitFor();
  await page.getByRole('button', { name: 'Keep theirs' }).click();
  await page.getByText('Ports from 7000 on.').first().waitFor();
});

test('what was begun outlives loading the page anew, until it is sent or given up', async () => {
  await page.goto(`${house.url}/tasks/TASK-2`);
  const comment = page.getByRole('textbox', { name: 'New comment' });
  const description = page.getByRole('textbox', { name: 'Description' });
  await comment.fill('Half a sentence');
  await page.getByRole('button', { name: /description/i }).click();
  await description.fill('Half a description');
  await page.reload();
  assert.equal(await comment.inputValue(), 'Half a sentence');
  assert.equal(await description.inputValue(), 'Half a description');
  await page.goto(`${house.url}/tasks/TASK-1`);
  assert.equal(await comment.inputValue(), '');
  await page.goto(`${house.url}/tasks/TASK-2`);
  await page.locator('.description').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.locator('.comment').getByText('Half a sentence').waitFor();
  await page.reload();
  await page.locator('.comment').getByText('Half a sentence').waitFor();
  assert.equal(await comment.inputValue(), '');
  assert.equal(await description.count(), 0);
});

test('a server with another key locks the page, which keeps what was typed, and opens again from another tab', async () => {
  await page.goto(`${house.url}/tasks/TASK-1`);
  await page.getByRole('textbox', { name: 'New comment' }).fill('Half a comment');
  await page.getByRole('button', { name: 'Edit description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Half of another');
  const lock = page.getByRole('dialog', { name: /no key/ });
  await house.stopServing();
  await house.serve('another-token-of-the-tests');
  await lock.waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.equal(await lock.isVisible(), true);
  house.run('task', 'update', 'TASK-1', '--priority', 'P1');
  const second = await page.context().newPage();
  await second.goto(`${house.url}/tasks?token=another-token-of-the-tests`);
  await second.close();
  await lock.waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('textbox', { name: 'New comment' }).inputValue(), 'Half a comment');
  assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Half of another');
  await until('what was written meanwhile is shown', async () => (await page.getByRole('combobox', { name: 'Priority' }).inputValue()) === '1');
});

test('the lock takes the token, or the whole address, and says where it is wrong', async () => {
  await page.context().clearCookies();
  await nav('Docs');
  const lock = page.getByRole('dialog', { name: /no key/ });
  await lock.getByLabel('Token or address').fill('not-it');
  await lock.getByRole('button', { name: 'Unlock' }).click();
  await lock.getByText('That is not the token').waitFor();
  await lock.getByLabel('Token or address').fill(`${house.url}/?token=another-token-of-the-tests`);
  await lock.getByRole('button', { name: 'Unlock' }).click();
  await lock.waitFor({ state: 'detached' });
  await page.getByText('No docs yet').waitFor();
});

for (const timezoneId of ['America/Los_Angeles', 'Pacific/Auckland']) {
  test(`a due date stays the day that was chosen, in ${timezoneId}`, async () => {
    const far = await house.open(browser, '/tasks/TASK-2', { timezoneId });
    const due = far.getByLabel('Due', { exact: true });
    await due.fill('2027-12-24');
    await due.press('Enter');
    await until('it is saved', () => house.json('task', 'show', 'TASK-2').due_at === '2027-12-24T00:00:00Z');
    await far.reload();
    assert.equal(await due.inputValue(), '2027-12-24');
    const activity = far.getByRole('region', { name: 'Activity' });
    await activity.getByRole('button', { name: 'due at' }).first().click();
    await activity.locator('ins', { hasText: '2027-12-24' }).waitFor();
    await far.goto(`${house.url}/tasks/grid`);
    await far.locator('.row[data-ref="TASK-2"] .g-due', { hasText: '2027-12-24' }).waitFor();
    await far.goto(`${house.url}/tasks`);
    const today = await far.evaluate(() => new Intl.DateTimeFormat('en-CA').format(new Date()));
    house.run('task', 'update', 'TASK-2', '--due-date', today);
    const cell = far.locator('.row[data-ref="TASK-2"] .c-due');
    await cell.getByText('today', { exact: true }).waitFor();
    assert.equal(await cell.locator('.late').count(), 0);
    house.run('task', 'update', 'TASK-2', '--due-date', '2025-01-02');
    await cell.locator('.late', { hasText: 'ago' }).waitFor();
    house.run('task', 'move', 'TASK-2', '--status', 'done');
    await cell.getByText('2025-01-02').waitFor();
    assert.equal(await cell.locator('.late').count(), 0);
    house.run('task', 'move', 'TASK-2', '--status', 'todo');
    await far.context().close();
  });
}

test('an address that asks for what there is not says so, and does not show everything', async () => {
  await page.goto(`${house.url}/tasks?status=bogus`);
  await page.getByText('There is no status “bogus”').waitFor();
  assert.equal(await page.locator('.row[data-ref]').count(), 0);
  await page.getByRole('link', { name: 'clear them' }).click();
  await page.locator('.row[data-ref]').first().waitFor();
});

test('on a phone the fields come before the text, folded, with what matters in one line', async () => {
  const phone = await house.open(browser, '/tasks/TASK-1', { viewport: { width: 390, height: 844 } });
  const fields = phone.getByRole('complementary', { name: 'Fields' });
  await fields.getByText(/To do · P1 Urgent · Task/).click();
  await fields.getByLabel('Assignee').waitFor();
  const [above, below] = await Promise.all([fields.boundingBox(), phone.locator('.description').boundingBox()]);
  assert.ok(above.y < below.y, `${above.y} ${below.y}`);
  await phone.context().close();
});

test('after a restore an open page shows what is there now, and hears what comes', async () => {
  await page.goto(`${house.url}/tasks`);
  await page.locator('.row[data-ref]').first().waitFor();
  house.run('doctor', 'backup', '--to', 'copy.db');
  house.task('Given up by the restore');
  await page.getByText('Given up by the restore').waitFor();
  house.run('doctor', 'restore', 'copy.db', '--force', '--yes');
  await page.getByText('Given up by the restore').waitFor({ state: 'detached' });
  house.task('Written after it');
  await page.getByText('Written after it').waitFor();
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
