// Stored text is text, whatever it looks like.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';

const EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>';
const MARKDOWN = `${EVIL}\n\n[a link](javascript:window.hacked=3)\n\n![](http://192.0.2.1/beacon.png)\n\n<svg onload="window.hacked=4"></svg>\n\n<a href="data:text/html,<script>window.hacked=5</script>">x</a>\n\n\`\`\`html\n${EVIL}\n\`\`\``;

let browser, house;
before(async () => {
  browser = await launch();
  house = new House();
  house.task(`Title ${EVIL}`, '-d', MARKDOWN, '--label', EVIL, '--assignee', EVIL);
  house.run('comment', 'add', MARKDOWN, '--task', 'TASK-1', '--as', `ai:${'mallory'}`);
  house.run('plan', 'add', '--task', 'TASK-1', '--title', EVIL, '--content', MARKDOWN);
  house.run('doc', 'add', '-p', 'app', '--title', EVIL, '--content', MARKDOWN);
  house.run('memory', 'add', MARKDOWN, '-p', 'app', '--tag', 'evil');
  writeFileSync(`${house.work}/evil.svg`, '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=6"><script>window.hacked=7</script></svg>');
  house.run('attachment', 'add', 'evil.svg', '--task', 'TASK-1');
  house.run('attachment', 'add', 'evil.svg', '--task', 'TASK-1', '--name', '"><img src=x onerror=window.hacked=8>.svg');
  await house.serve();
});
after(async () => {
  await browser.close();
  await house.close();
});

test('nothing that is stored runs, and nothing is fetched from elsewhere', async () => {
  const page = await house.open(browser);
  const elsewhere = [];
  page.on('request', (request) => !request.url().startsWith(house.url) && elsewhere.push(request.url()));
  for (const at of ['/tasks', '/tasks/board', '/tasks/grid', '/tasks/timeline', '/tasks/TASK-1', '/plans', '/docs', '/memory', '/attachments', '/activity', '/projects']) {
    await page.goto(house.url + at);
    await page.locator('h1').first().waitFor();
    await until('it is loaded', async () => (await page.locator('[aria-busy="true"]').count()) === 0);
    if (at === '/tasks/TASK-1') await page.locator('.comment .markdown', { hasText: 'a link' }).waitFor();
    assert.equal(await page.evaluate(() => window.hacked), undefined, at);
    assert.equal(await page.locator('main script, main [onerror], main [onload], main a[href^="javascript"], main a[href^="data:"]').count(), 0, at);
  }
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(page.problems, []);
});

test('a script that got into the page all the same is stopped by the policy', async () => {
  const page = await house.open(browser);
  const stopped = await page.evaluate(() => {
    const failures = [];
    try {
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hacked=9">');
    } catch (error) {
      failures.push(error.name);
    }
    try {
      window.trustedTypes.createPolicy('backlog', { createHTML: (text) => text });
    } catch (error) {
      failures.push(error.name);
    }
    const script = document.createElement('script');
    try {
      script.text = 'window.hacked = 10';
    } catch (error) {
      failures.push(error.name);
    }
    document.body.append(script);
    return { failures, hacked: window.hacked };
  });
  assert.deepEqual(stopped, { failures: ['TypeError', 'TypeError', 'TypeError'], hacked: undefined });
});

test('a browser without the token is shown how to get in', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${house.url}/tasks`).catch(() => {});
  await page.getByText('backlog web').first().waitFor();
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /TASK-1/);
});
