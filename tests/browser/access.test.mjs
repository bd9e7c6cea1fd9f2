// Accessibility: axe finds nothing serious in any view, light and dark, on a desktop
// and on a phone, with dialogs open, and while a conflict is shown.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { House, axeSource, launch, until } from './house.mjs';
import { test } from './story.mjs';
import { seed } from './seed.mjs';

let browser, house, ids;
before(async () => {
  browser = await launch();
  house = new House();
  ids = seed(house);
  await house.serve();
});
after(async () => {
  await browser.close();
  await house.close();
});

/** What axe finds that matters. It runs through the debugger, past the page's policy. */
async function findings(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, any, all }) => `${html.slice(0, 160)} (${[...any, ...all].map(({ message }) => message).join('; ')})`).join(' | ')}`);
}

const settled = async (page) => {
  await page.locator('h1').first().waitFor();
  await until('it is loaded', async () => (await page.locator('[aria-busy="true"]').count()) === 0);
};

for (const [device, viewport] of [['a desktop', { width: 1280, height: 800 }], ['a phone', { width: 390, height: 844 }]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`on ${device}, ${colorScheme}`, async () => {
      const page = await house.open(browser, '/tasks', { viewport, colorScheme });
      const views = ['/tasks', '/tasks/board', '/tasks/board?by=assignee', '/tasks/grid', '/tasks/timeline', '/tasks/TASK-1', '/tasks/TASK-5', '/plans', `/plans/${ids.plan}`, '/docs', `/docs/${ids.doc}`, '/memory', '/attachments', '/activity', '/projects?archived=true', '/agents', '/needs-you', '/health', '/nowhere', '/tasks?search=nothingatall'];
      const found = {};
      for (const at of views) {
        await page.goto(house.url + at);
        await settled(page);
        const here = await findings(page);
        if (here.length) found[at] = here;
      }
      assert.deepEqual(found, {});
      await page.goto(`${house.url}/tasks`);
      await settled(page);
      for (const [key, dialog] of [['n', 'New task'], ['?', 'Keys'], ['Control+k', 'Search and commands']]) {
        await page.keyboard.press(key);
        await page.getByRole('dialog', { name: dialog }).waitFor();
        assert.deepEqual(await findings(page), [], dialog);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog', { name: dialog }).waitFor({ state: 'detached' });
      }
      assert.deepEqual(page.problems, []);
      await page.context().close();
    });
  }
}

test('while a text is edited, compared, and in conflict', async () => {
  const page = await house.open(browser, `/plans/${ids.plan}`);
  await page.getByRole('button', { name: '2 versions' }).click();
  await page.locator('.diff-line.added').first().waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('Mine');
  house.run('plan', 'update', ids.plan, '--content', 'Theirs');
  await page.getByRole('button', { name: 'Save mine' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.context().close();
});

test('a view says what it is: its title, its landmarks, its one heading', async () => {
  const page = await house.open(browser, '/docs');
  assert.equal(await page.title(), 'Docs · Backlog');
  for (const role of ['navigation', 'main', 'contentinfo']) assert.ok(await page.getByRole(role).count(), role);
  assert.equal(await page.locator('h1').count(), 1);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Memory' }).click();
  await until('the focus is at the new heading', () => page.evaluate(() => document.activeElement?.tagName === 'H1' && document.activeElement.textContent === 'Memory'));
  await page.context().close();
});
