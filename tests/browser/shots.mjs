// Makes the pictures of docs/dashboard: each view, light and dark, desktop and phone.
//
//     node tests/browser/shots.mjs docs/dashboard [name…]

import { mkdirSync, writeFileSync } from 'node:fs';
import { House, launch } from './house.mjs';
import { seed } from './seed.mjs';

const [to = 'target/shots', ...only] = process.argv.slice(2);
const VIEWS = [
  ['tasks', '/tasks'], ['board', '/tasks/board'], ['grid', '/tasks/grid?sort=seq'], ['timeline', '/tasks/timeline?days=14'], ['task', '/tasks/TASK-1'],
  ['plans', '/plans'], ['docs', '/docs'], ['memory', '/memory'], ['attachments', '/attachments'], ['activity', '/activity'],
  ['projects', '/projects?archived=true'], ['agents', '/agents'], ['needs-you', '/needs-you'], ['health', '/health'],
];

/** Shown large in the docs; the others are small in a table. */
const LARGE = ['tasks'];

mkdirSync(to, { recursive: true });
const browser = await launch();
const house = new House();
try {
  seed(house);
  await house.serve();
  for (const [device, viewport] of [['desktop', { width: 1280, height: 800 }], ['phone', { width: 390, height: 844 }]]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await house.open(browser, '/tasks', { viewport, colorScheme });
      const session = await page.context().newCDPSession(page);
      for (const [name, at] of VIEWS) {
        if (only.length && !only.includes(name)) continue;
        await page.goto(house.url + at);
        await page.locator('h1').first().waitFor();
        await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 5000 }).catch(() => console.log(`${name}: still busy`));
        await page.waitForLoadState('networkidle', { timeout: 1000 }).catch(() => {});
        const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 30, clip: { x: 0, y: 0, ...viewport, scale: LARGE.includes(name) && device === 'desktop' ? 1 : 0.66 } });
        writeFileSync(`${to}/${name}${device === 'phone' ? '-phone' : ''}-${colorScheme}.webp`, Buffer.from(data, 'base64'));
      }
      if (page.problems.length) console.log(device, colorScheme, [...new Set(page.problems)]);
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await house.close();
}
