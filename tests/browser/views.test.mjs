// Plans, docs, memory, attachments, activity, projects, agents, what needs a person;
// and what can be downloaded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { House, launch, until } from './house.mjs';
import { test } from './story.mjs';
import { seed } from './seed.mjs';

let browser, house, page, ids;
before(async () => {
  browser = await launch();
  house = new House();
  ids = seed(house);
  await house.serve();
  page = await house.open(browser);
});
after(async () => {
  await browser.close();
  await house.close();
});

const visit = async (at, heading) => {
  await page.goto(house.url + at);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};
const confirm = (name) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
/** The content of a view's file. */
const download = async (kind) => {
  await page.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('group', { name: 'Download' }).getByRole('button', { name: kind }).click()]);
  return readFileSync(await file.path(), 'utf8');
};

test('plans are found, opened, edited and compared', async () => {
  await visit('/plans', 'Plans');
  await page.getByRole('searchbox', { name: 'Search plans' }).fill('bucket');
  await until('one is left', async () => (await page.locator('.item').count()) === 1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('link', { name: /Read it as minutes/ }).click();
  await page.waitForURL(new RegExp(ids.plan));
  await page.getByRole('button', { name: '2 versions' }).click();
  await page.locator('.diff-line.added', { hasText: 'Warn where' }).waitFor();
  house.agent('claude', 'plan', 'update', ids.plan, '--content', 'Another text.\n');
  await page.locator('.markdown', { hasText: 'Another text.' }).waitFor();
});

test('a plan that somebody else rewrote meanwhile shows both texts', async () => {
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('My text.\n');
  house.agent('claude', 'plan', 'update', ids.plan, '--content', 'Their text.\n');
  const conflict = page.getByRole('alert').filter({ hasText: 'ai:claude' });
  await conflict.waitFor();
  assert.match(await conflict.textContent(), /Their text.*My text/s);
  await conflict.getByRole('button', { name: 'Save mine' }).click();
  await page.locator('.markdown', { hasText: 'My text.' }).waitFor();
  assert.equal(house.json('plan', 'show', ids.plan).current_version, 5);
});

test('docs are made, appended to, and compared', async () => {
  await visit('/docs', 'Docs');
  await page.getByRole('button', { name: 'New doc' }).click();
  const dialog = page.getByRole('dialog', { name: 'New doc' });
  await dialog.getByLabel('Title').fill('How we test');
  await dialog.getByRole('combobox', { name: 'Project' }).selectOption('app');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('Through the **real** binary.');
  await dialog.getByRole('button', { name: 'Add doc' }).click();
  await page.locator('.markdown strong', { hasText: 'real' }).waitFor();
  await page.getByText('Append', { exact: true }).first().click();
  await page.getByRole('textbox', { name: 'Text to append' }).fill('And in a browser.');
  await page.getByRole('button', { name: 'Append' }).click();
  await page.locator('.markdown', { hasText: 'And in a browser.' }).waitFor();
  await page.getByRole('button', { name: '2 versions' }).click();
  await page.locator('.diff-line.added', { hasText: 'And in a browser.' }).waitFor();
});

test('memory: tags as chips in the address, append, history with diffs', async () => {
  await visit('/memory', 'Memory');
  await page.getByRole('button', { name: 'config', exact: true }).click();
  await page.waitForURL(/tag=config/);
  await until('one is left', async () => (await page.locator('.memory > li').count()) === 1);
  await page.getByRole('button', { name: 'Append' }).click();
  await page.getByRole('textbox', { name: 'Text to append' }).fill('Appended here.');
  await page.locator('.editor-foot').getByRole('button', { name: 'Append' }).click();
  await page.locator('.markdown', { hasText: 'Appended here.' }).waitFor();
  await page.getByRole('button', { name: 'History' }).click();
  await page.locator('.diff-line.added', { hasText: 'Appended here.' }).first().waitFor();
  await page.getByRole('button', { name: 'Remember' }).click();
  await page.getByRole('textbox', { name: 'What to remember' }).fill('Written in the browser.');
  await page.getByLabel('Tags').fill('config, new');
  await page.locator('.versioned').getByRole('combobox', { name: 'Project' }).selectOption('app');
  await page.locator('.editor-foot').getByRole('button', { name: 'Remember' }).click();
  await page.locator('.markdown', { hasText: 'Written in the browser.' }).waitFor();
  assert.match(house.run('memory', 'list', '-p', 'app', '--tag', 'new'), /Written in the browser/);
});

test('attachments of all tasks and docs', async () => {
  await visit('/attachments', 'Attachments');
  await page.locator('.file', { hasText: 'trace.log' }).getByRole('link', { name: 'TASK-1' }).waitFor();
  await page.getByText('Preview').click();
  await page.getByText('session 81 idle 30').waitFor();
});

test('activity is filtered in the address, and new entries come by themselves', async () => {
  await visit('/activity', 'Activity');
  await page.getByRole('combobox', { name: 'About' }).selectOption('comment');
  await page.waitForURL(/kind=comment/);
  await page.getByRole('combobox', { name: 'By' }).selectOption('ai');
  await until('only those of agents', async () => {
    const texts = await page.locator('.event .person').evaluateAll((people) => people.map((one) => one.title));
    return texts.length > 0 && texts.every((text) => text.startsWith('ai:'));
  });
  house.agent('claude', 'comment', 'add', 'Live in the log', '--task', 'TASK-4');
  await page.locator('.event', { hasText: 'Live in the log' }).waitFor();
  assert.equal(await page.locator('.command code').textContent(), 'backlog activity --kind comment --actor-kind ai');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.locator('.event', { hasText: 'claimed' }).first().waitFor();
});

test('projects: counts, new, archived, taken back, deleted', async () => {
  await visit('/projects', 'Projects');
  const card = (name) => page.locator('.project-card', { hasText: name });
  await card('My App').getByText('3 doing').waitFor();
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name').fill('Scratch');
  await page.getByLabel('Alias').fill('scratch');
  await page.getByRole('button', { name: 'Add project' }).click();
  await card('Scratch').getByRole('button', { name: 'Archive', exact: true }).click();
  await confirm('Archive');
  await card('Scratch').waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: 'Archived too' }).check();
  await card('Scratch').getByRole('button', { name: 'Unarchive' }).click();
  await card('Scratch').getByRole('button', { name: 'Archive', exact: true }).click();
  await confirm('Archive');
  await card('Scratch').getByRole('button', { name: 'Delete' }).click();
  await confirm('Delete');
  await card('Scratch').waitFor({ state: 'detached' });
  assert.match(house.run('trash', 'list'), /scratch/i);
});

test('needs you: every attempt and why; put back, handed on, closed from there', async () => {
  await visit('/needs-you', 'Needs you');
  const task = page.locator('.aside-task[data-ref="TASK-5"]');
  for (const note of ['The webhook sandbox was down.', 'Passed ten times here, failed in CI.', 'Needs the production keys to reproduce.']) await task.locator('li', { hasText: note }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Views' }).locator('.badge.warn').textContent(), '1');
  await task.getByRole('button', { name: 'Hand on…' }).click();
  await page.getByRole('dialog').getByLabel('To whom').fill('alice');
  await confirm('Hand on');
  await page.getByText('Nothing needs you').waitFor();
  const handed = house.json('task', 'show', 'TASK-5');
  assert.deepEqual([handed.assignee, handed.ready], ['alice', true]);

  const setAside = () => {
    for (const note of ['a', 'b', 'c']) {
      house.agent('codex', 'task', 'claim', 'TASK-5');
      house.agent('codex', 'task', 'release', 'TASK-5', '--note', note);
    }
  };
  setAside();
  await task.getByRole('button', { name: 'Put back' }).click();
  await page.getByText('Nothing needs you').waitFor();
  setAside();
  await task.getByRole('button', { name: 'Close…' }).click();
  await page.getByRole('dialog').getByLabel('What came of it').fill('Not worth it.');
  await confirm('Close');
  await page.getByText('Nothing needs you').waitFor();
  const closed = house.json('task', 'show', 'TASK-5');
  assert.deepEqual([closed.status, closed.comments.at(-1).body], ['done', 'Not worth it.']);
});

test('agents: what each session holds, time left, last deed, done today; leases that ran out', async () => {
  await visit('/agents', 'Agents');
  const claude = page.locator('.session', { hasText: 'claude-code' });
  await claude.getByRole('link', { name: /TASK-1 / }).waitFor();
  await claude.getByText('4 tasks done today').waitFor();
  assert.match(await claude.textContent(), /\d+ min left/);
  house.agent('brief', 'task', 'claim', 'TASK-4', '--ttl', '1s');
  await page.locator('.session', { hasText: 'brief' }).waitFor();
  await page.getByRole('region', { name: /Expired leases/ }).locator('.event', { hasText: 'TASK-4' }).waitFor();
  await page.locator('.session', { hasText: 'brief' }).waitFor({ state: 'detached' });
});

test('tasks, plans, docs and activity as Markdown, CSV and JSON', async () => {
  await visit('/tasks?type=bug&project=app', 'Tasks');
  await page.locator('.row[data-ref]').first().waitFor();
  const tasks = JSON.parse(await download('JSON')).tasks;
  assert.ok(tasks.length > 1 && tasks.every(({ type }) => type === 'bug'));
  assert.match(tasks[0].description, /The session expires/);
  const lines = (await download('CSV')).split('\r\n');
  assert.match(lines[0], /^ref,project,title,/);
  assert.match(lines[1], /^TASK-1,app,/);
  assert.match(await download('Markdown'), /^# Tasks\n\n## TASK-1 Login times out/);
  for (const [at, heading, head, json] of [['/plans', 'Plans', /^id,task,title/, 'plans'], ['/docs', 'Docs', /^id,project,title/, 'docs'], ['/activity', 'Activity', /^seq,created_at/, 'events'], ['/memory', 'Memory', /^id,project,tags/, 'entries'], ['/attachments', 'Attachments', /^id,of,name/, 'attachments']]) {
    await visit(at, heading);
    await page.locator('.scroll li').first().waitFor();
    assert.match(await download('CSV'), head);
    assert.ok(JSON.parse(await download('JSON'))[json].length > 0);
    assert.match(await download('Markdown'), /^# /);
  }
});

test('a cell of a CSV is never a formula', async () => {
  house.run('task', 'add', '-p', 'site', '-t', '=1+1', '--label', 'formula');
  await visit('/tasks?label=formula', 'Tasks');
  await page.locator('.row[data-ref]').first().waitFor();
  assert.match(await download('CSV'), /,'=1\+1,/);
});

test("each view's command line runs", async () => {
  for (const at of ['/tasks?status=todo&type=bug&priority=1&priority=2&label=auth&is=ready', '/tasks/board?actor=ai&archived=true', '/tasks?project=app&assignee=alice&search=login', '/tasks/TASK-1', `/plans/${ids.plan}`, '/docs', `/docs/${ids.doc}`, '/memory?tag=deploy&project=app', '/attachments?project=app', '/activity?kind=task&actor_kind=ai&actor_name=codex&task=TASK-3&since=2026-01-01', '/projects?archived=true', '/needs-you', '/health?project=app']) {
    await page.goto(house.url + at);
    await page.locator('h1').first().waitFor();
    const line = await until('there is one', async () => (await page.locator('.command code').textContent()).match(/^backlog .+/)?.[0]);
    house.shell(line);
  }
  // A list of the plans of all tasks the command line has not.
  await visit('/plans', 'Plans');
  await until('there is none', async () => (await page.locator('.command code').count()) === 0);
});

test('the timeline shows when tasks were made, done and due', async () => {
  await visit('/tasks/timeline?status=done', 'Tasks');
  await page.locator('.bar.is-done').first().waitFor();
  await page.getByRole('button', { name: '6 months' }).click();
  await page.waitForURL(/days=183/);
  await page.getByRole('button', { name: 'Earlier' }).click();
  await page.waitForURL(/shift=-1/);
});

test('nothing went wrong in the page meanwhile', () => assert.deepEqual(page.problems, []));
