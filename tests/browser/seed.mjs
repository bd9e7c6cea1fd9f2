// A workspace that looks as one does after some weeks of work, for the pictures and
// for the tests of views that need a bit of everything.

import { writeFileSync } from 'node:fs';

const DESCRIPTION = `The session expires after **30 s** of idle time, although the setting says 30 min.

## What happens

1. Log in, wait for a minute
2. Open any page: back at the login form

\`\`\`rust
let timeout = Duration::from_secs(config.idle_timeout); // minutes in the config
\`\`\`

- [x] Found: the unit is lost in \`config.rs\`
- [ ] Test with a fake clock

| setting | says | means |
| --- | --- | --- |
| \`idle_timeout\` | 30 | minutes |

See TASK-2 for the rate limit that hides it.`;

const PLAN = `1. Read the setting as minutes
2. Say the unit in its name
3. Test with a fake clock
`;

const TASKS = [
  ['Login times out after 30 seconds', 'bug', 1, ['auth', 'regression']],
  ['Add rate limiting to the login route', 'feature', 2, ['auth', 'security']],
  ['Escape file names in Content-Disposition', 'vulnerability', 1, ['security']],
  ['Export the audit log as CSV', 'feature', 3, ['export']],
  ['Flaky test: payment webhook retries', 'bug', 2, ['ci']],
  ['Upgrade the HTTP client to 2.0', 'chore', 4, ['deps']],
  ['Try SQLite for the local cache', 'spike', 3, ['storage']],
  ['Dark mode for the settings page', 'improvement', 3, ['ui']],
  ['Invoice numbers skip one after midnight', 'bug', 2, ['billing']],
  ['Document the deploy steps', 'task', 4, ['docs']],
  ['Index the search by language', 'improvement', 3, ['search']],
  ['Remove the old import format', 'chore', 5, ['cleanup']],
  ['Webhook signatures are not checked', 'vulnerability', 1, ['security', 'billing']],
  ['Keyboard shortcuts in the editor', 'feature', 3, ['ui', 'a11y']],
  ['Cache the currency rates for an hour', 'improvement', 4, ['billing']],
  ['Memory grows while a report is rendered', 'bug', 2, ['performance']],
  ['Publish the images for arm64', 'chore', 3, ['ci']],
  ['An offline mode, some day', 'bucket-list', 5, []],
  ['Signed URLs for attachments', 'feature', 2, ['security', 'storage']],
  ['Group notifications by project', 'improvement', 4, ['ui']],
];

/** @param {number} days */
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** @param {import('./house.mjs').House} house */
export function seed(house) {
  house.run('project', 'update', 'app', '--description', 'The application: API, workers and the web front end.');
  house.run('project', 'add', 'Website', '--alias', 'site', '--description', 'What people see first.');
  house.run('project', 'add', 'Old prototype', '--alias', 'old');
  house.run('project', 'archive', 'old');
  const people = ['alice', 'bob', ''];
  TASKS.forEach(([title, type, priority, labels], index) => {
    const args = ['task', 'add', '-p', index % 5 === 4 ? 'site' : 'app', '-t', title, '--type', type, '--priority', String(priority)];
    for (const label of labels) args.push('--label', label);
    if (people[index % 3]) args.push('--assignee', people[index % 3]);
    if (index === 0) args.push('-d', DESCRIPTION, '--scope', 'src/auth/**', '--project-path', 'crates/auth');
    if (index % 3 === 2) args.push('--due-date', inDays((index % 5) * 3 - 1));
    if (index % 2) house.agent('claude-code', ...args);
    else house.run(...args);
  });
  const plan = house.json('plan', 'add', '--task', 'TASK-1', '--title', 'Read it as minutes', '--content', PLAN).id;
  house.agent('claude-code', 'plan', 'update', plan, '--content', `${PLAN}4. Warn where the value looks like seconds\n`, '--change-note', 'a warning for old files');
  house.agent('claude-code', 'comment', 'add', 'Found it: `idle_timeout` is read as **seconds**. TASK-2 hid it, since its limit came first.', '--task', 'TASK-1');
  house.run('comment', 'add', 'Please keep the old name as an alias.', '--task', 'TASK-1', '--as', 'human:alice');
  house.run('plan', 'add', '--task', 'TASK-2', '--title', 'Token bucket per address', '--content', '- 10 a minute, burst of 20\n- `429` with `Retry-After`\n');
  house.run('task', 'dep', 'add', 'TASK-2', '--on', 'TASK-1');
  house.run('task', 'dep', 'add', 'TASK-1', '--on', 'TASK-6');
  house.run('task', 'dep', 'add', 'TASK-13', '--on', 'TASK-2');
  house.run('task', 'add', '-p', 'app', '-t', 'Fake clock for the session tests', '--parent', 'TASK-7');
  for (const ref of ['TASK-6', 'TASK-9', 'TASK-10', 'TASK-15']) {
    house.agent('claude-code', 'task', 'claim', ref);
    house.agent('claude-code', 'task', 'done', ref, '--note', 'Done, with a test.');
  }
  house.run('task', 'done', 'TASK-12', '--note', 'Nobody used it.', '--as', 'human:alice');
  for (const note of ['The webhook sandbox was down.', 'Passed ten times here, failed in CI.', 'Needs the production keys to reproduce.']) {
    house.agent('codex', 'task', 'claim', 'TASK-5');
    house.agent('codex', 'task', 'release', 'TASK-5', '--note', note);
  }
  house.agent('claude-code', 'task', 'claim', 'TASK-1');
  house.agent('gemini', 'task', 'claim', 'TASK-16');
  house.agent('codex', 'task', 'claim', 'TASK-3');
  const doc = house.json('doc', 'add', '-p', 'app', '--title', 'How we deploy', '--content', '# Deploy\n\n1. Tag the release\n2. Wait for **staging**\n').id;
  house.agent('claude-code', 'doc', 'update', doc, '--content', '# Deploy\n\n1. Tag the release\n2. Wait for **staging** to be green\n3. Promote with `make promote`\n', '--change-note', 'promotion');
  house.run('doc', 'add', '-p', 'app', '--title', 'Naming of settings', '--content', 'A setting says its unit: `idle_timeout_minutes`.');
  house.agent('claude-code', 'memory', 'add', 'Deploys go through **staging** first; `make promote` needs the VPN.', '-p', 'app', '--tag', 'deploy');
  const memory = house.json('memory', 'add', 'Time settings are minutes unless their name says otherwise.', '-p', 'app', '--tag', 'config,auth').id;
  house.run('memory', 'append', memory, 'The old name stays as an alias until 3.0.');
  writeFileSync(`${house.work}/trace.log`, '12:00:01 session 81 idle 30\n12:00:31 session 81 expired\n');
  house.run('attachment', 'add', 'trace.log', '--task', 'TASK-1');
  return { plan, doc, memory };
}
