// Lists of many things: drawn and read in parts, as one scrolls.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { House, launch, make, until } from './house.mjs';
import { test } from './story.mjs';

const MANY = 620;

let browser, house, page;
before(async () => {
  browser = await launch();
  house = new House();
  house.task('Has many plans');
  await house.serve();
  await make(house, '/tasks/TASK-1/plans', MANY, (number) => ({ title: `Plan ${number}.`, body: '1. Do it' }));
  await make(house, '/docs', MANY, (number) => ({ project: 'app', title: `Doc ${number}.`, body: 'Text' }));
  await make(house, '/memory', MANY, (number) => ({ project: 'app', body: `Entry ${number}.`, tags: [number % 2 ? 'odd' : 'even'] }));
  page = await house.open(browser);
});
after(async () => {
  await browser.close();
  await house.close();
});

const toTheEnd = () => page.locator('.scroll').evaluate((box) => {
  box.scrollTop = box.scrollHeight;
});

for (const [at, one, many] of [['/plans', '.item', 'plans'], ['/docs', '.item', 'docs'], ['/memory', 'ul.memory > li', 'entries']]) {
  test(`${many} are drawn as one scrolls, to the last`, async () => {
    await page.goto(house.url + at);
    await page.locator(one).first().waitFor();
    await page.getByText(`more than 500 ${many}`).waitFor();
    assert.ok((await page.locator(one).count()) <= 200, 'few are drawn at first');
    await until('all are drawn', async () => {
      await toTheEnd();
      return (await page.locator(one).count()) === MANY;
    });
    await page.getByText(`${MANY} ${many}`, { exact: true }).waitFor();
  });
}

test('a search finds what was not read yet, and a file has all', async () => {
  await page.goto(`${house.url}/plans`);
  await page.getByText('more than 500 plans').waitFor();
  await page.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('group', { name: 'Download' }).getByRole('button', { name: 'JSON' }).click()]);
  assert.equal(JSON.parse(readFileSync(await file.path(), 'utf8')).plans.length, MANY);
  const last = house.json('plan', 'list', '--task', 'TASK-1').plans.at(-1).version.title;
  await page.getByRole('searchbox', { name: 'Search plans' }).fill(last);
  await until('it is found', async () => (await page.locator('.item').count()) === 1);
  await page.getByText(last).waitFor();
});

test('the log goes on as one scrolls, to its beginning', async () => {
  await page.goto(`${house.url}/activity`);
  await page.locator('.event').first().waitFor();
  assert.ok((await page.locator('.event').count()) <= 400, 'few are drawn at first');
  await until('the first entry is there', async () => {
    await toTheEnd();
    return (await page.getByText('Has many plans').count()) > 0;
  });
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
