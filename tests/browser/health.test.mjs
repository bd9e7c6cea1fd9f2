// The reports as charts, each with its numbers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';
import { seed } from './seed.mjs';

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  seed(house);
  await house.serve();
  page = await house.open(browser, '/health');
});
after(async () => {
  await browser.close();
  await house.close();
});

const figure = (title) => page.locator('.figure', { hasText: title });

test('throughput, burn-up, work in progress, closes and cycle times, each with its numbers', async () => {
  for (const title of ['Throughput', 'Burn-up', 'Work in progress', 'Closed by', 'Cycle time', 'In progress, by whom']) {
    await figure(title).locator('svg.chart').waitFor();
    await figure(title).getByText('Numbers').click();
    await figure(title).locator('tbody tr').first().waitFor();
  }
  const analysis = house.json('activity', 'analyze', '--since', '30d');
  const last = figure('Burn-up').locator('tbody tr').last().locator('td');
  assert.deepEqual(await last.allTextContents(), [analysis.days.at(-1).date, String(analysis.days.at(-1).total_created), String(analysis.days.at(-1).total_completed)]);
  await figure('Closed by').getByText(`${analysis.closed_by.human} by humans, ${analysis.closed_by.ai} by AIs`).waitFor();
});

test('what looks wrong leads to its task', async () => {
  const { issues } = house.json('doctor', 'project');
  const first = issues.find(({ ref }) => ref);
  await page.locator('.finding').getByRole('link', { name: new RegExp(`^${first.ref} `) }).first().click();
  await page.waitForURL(new RegExp(`/tasks/${first.ref}$`));
  await page.goBack();
});

test('another time, kept in the address; it follows what is written', async () => {
  await page.getByRole('button', { name: '90 days' }).click();
  await page.waitForURL(/since=90d/);
  await page.locator('.command code', { hasText: /^backlog activity analyze --since 90d$/ }).waitFor();
  const completed = page.locator('.figures div', { has: page.getByText('completed', { exact: true }) }).locator('dd');
  await completed.waitFor();
  const before = Number(await completed.textContent());
  house.run('task', 'done', 'TASK-4', '--note', 'Done.');
  await until('it is counted', async () => Number(await completed.textContent()) === before + 1);
});

test('the numbers as a file', async () => {
  await page.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  assert.match(readFileSync(await file.path(), 'utf8'), /^date,created,completed,/);
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
