// A large backlog is as quick as a small one, and the dashboard itself is small.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, fillUp, launch, until } from './house.mjs';
import { test } from './story.mjs';

const TASKS = 10_000;

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  await house.serve();
  await fillUp(house, TASKS);
  page = await house.open(browser);
});
after(async () => {
  await browser.close();
  await house.close();
});

const drawn = () => page.locator('.row[data-ref], .card[data-ref], .timeline-row').count();

test('10,000 tasks: in each view only what is in sight is drawn, down to the last', async () => {
  for (const at of ['/tasks?sort=seq', '/tasks/board', '/tasks/grid?sort=seq', '/tasks/timeline?sort=seq']) {
    await page.goto(house.url + at);
    await until('there is something', drawn);
    assert.ok((await drawn()) < 150, `${at}: ${await drawn()} are drawn`);
  }
  await page.goto(`${house.url}/tasks?sort=seq`);
  await page.getByText('10,000 tasks').waitFor();
  await page.locator('.virtual').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.locator('.row[data-ref="TASK-10000"]').waitFor();
  assert.ok((await drawn()) < 150);
  await page.locator('.row[data-ref="TASK-10000"] a').click();
  await page.waitForURL(/TASK-10000/);
  await page.goBack();
  await page.locator('.row[data-ref="TASK-10000"]').waitFor();
});

test('the first load is less than 150 kB', async (context) => {
  if (process.env.BACKLOG_TEST_ASSETS) return context.skip('files from disk are not compressed');
  const fresh = await house.open(browser, '/docs');
  const session = await fresh.context().newCDPSession(fresh);
  await session.send('Network.clearBrowserCache');
  await fresh.goto(`${house.url}/tasks`);
  await fresh.locator('.row[data-ref]').first().waitFor();
  const bytes = await fresh.evaluate(() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].filter(({ name }) => !name.includes('/api/')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
  assert.ok(bytes > 20_000 && bytes < 150_000, `${bytes} bytes`);
});
