// Measures the dashboard at 10,000 tasks, for docs/performance.md:
//
//     cargo build --release && BACKLOG_BIN=$PWD/target/release/backlog node tests/browser/speed.mjs

import { House, fillUp, launch } from './house.mjs';

const TASKS = Number(process.argv[2] ?? 10_000);
const ROUNDS = 15;

/** Measures a number of rounds. */
async function measure(name, round) {
  const times = [];
  for (let number = 0; number < ROUNDS; number++) times.push(await round(number));
  report(name, times);
}

/** Prints the median, and how the nine of ten in the middle are spread. */
function report(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
  console.log(`${name.padEnd(46)} ${at(0.5).padStart(6)} ms  (${at(0.05)} to ${at(0.95)})`);
}

const browser = await launch();
const house = new House();
try {
  await house.serve();
  await fillUp(house, TASKS);
  const page = await house.open(browser);
  await page.addInitScript(() => {
    /** Resolves with the moment at which a condition holds and has been painted. */
    window.painted = (holds) => new Promise((resolve) => {
      const look = () => (holds() ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look));
      look();
    });
    window.rows = window.painted(() => document.querySelector('.row[data-ref]'));
  });
  const session = await page.context().newCDPSession(page);

  await measure('First load: the first tasks are painted', async () => {
    await session.send('Network.clearBrowserCache');
    await page.goto(`${house.url}/tasks`);
    return page.evaluate(() => window.rows);
  });
  const bytes = await page.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).filter(({ name }) => !name.includes('/api/')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
  await measure('Again, with a warm cache', async () => {
    await page.goto(`${house.url}/tasks`);
    return page.evaluate(() => window.rows);
  });
  await measure('A filter change: the new tasks are painted', (round) =>
    page.evaluate(async (wanted) => {
      const { setQuery } = await import('/core/route.js');
      const before = performance.now();
      setQuery({ type: wanted });
      const types = () => [...document.querySelectorAll('.row[data-ref] .type')].map((one) => one.textContent);
      return (await window.painted(() => types().length > 0 && types().every((one) => one === wanted))) - before;
    }, round % 2 ? 'bug' : 'chore'),
  );

  await page.goto(`${house.url}/tasks?sort=seq`);
  await page.evaluate(() => window.rows);
  report('Scrolling through 2,000 tasks: a frame', await page.evaluate(async () => {
    const list = document.querySelector('.virtual');
    const times = [];
    for (let step = 0; step < 180; step++) {
      const before = performance.now();
      list.scrollTop += 380;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - before);
    }
    return times;
  }));

  await page.goto(`${house.url}/tasks?sort=created`);
  await page.evaluate(() => window.rows);
  await page.getByText('Live', { exact: true }).waitFor();
  await measure("Another client's write: it is shown", async (round) => {
    const title = `Written elsewhere ${round}`;
    const seen = page.evaluate((text) => window.painted(() => document.body.textContent.includes(text)).then(() => Date.now()), title);
    house.task(title);
    const written = Date.now();
    return (await seen) - written;
  });
  console.log(`${'Files of the first load, as sent'.padEnd(46)} ${(bytes / 1000).toFixed(0).padStart(6)} kB`);
} finally {
  await browser.close();
  await house.close();
}
