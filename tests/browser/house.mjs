// A scratch home with a workspace, `backlog web` over it, and a browser: what every
// test here begins with. Nothing is left running.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(`${ROOT}/target/npm/node_modules/`);
const { chromium } = require('playwright-core');
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const BIN = process.env.BACKLOG_BIN ?? `${ROOT}/target/debug/backlog`;
const CHROMIUM = process.env.BACKLOG_TEST_CHROMIUM ?? '/usr/bin/chromium';
const TOKEN = 'a-token-of-the-tests-alone';
const LIMIT = Number(process.env.BACKLOG_TEST_LIMIT_MS ?? 30_000);

/** @returns {Promise<import('playwright-core').Browser>} */
export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A home of a test's own. */
export class House {
  constructor() {
    this.dir = mkdtempSync(path.join(tmpdir(), 'backlog-browser-'));
    this.work = `${this.dir}/work`;
    for (const name of ['home', 'work', 'tmp']) mkdirSync(`${this.dir}/${name}`);
    this.env = { PATH: process.env.PATH, HOME: `${this.dir}/home`, USER: 'tester', TZ: 'UTC', TMPDIR: `${this.dir}/tmp`, BACKLOG_ACTOR: 'human:tester' };
    this.run('init', '--path', '.');
    this.run('project', 'add', 'My App', '--alias', 'app');
  }

  /** A command of another client; its output. */
  run(...args) {
    return execFileSync(BIN, args, { cwd: this.work, env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** A whole line of a shell, as somebody would paste it. */
  shell(line) {
    return execFileSync('sh', ['-c', `backlog() { "$BACKLOG" "$@"; }; ${line}`], { cwd: this.work, env: { ...this.env, BACKLOG: BIN }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The same, as an agent. */
  agent(session, ...args) {
    return this.run('--as', `ai:${session}`, '--session', session, ...args);
  }

  json(...args) {
    return JSON.parse(this.run('--json', ...args));
  }

  /** A new task's reference. */
  task(title, ...args) {
    return this.json('task', 'add', '-p', 'app', '-t', title, ...args).ref;
  }

  /** Starts `backlog web`, on the port it had before where it had one. */
  async serve(token = TOKEN) {
    this.token = token;
    const args = ['web', '--no-browser', '--port', String(this.port ?? 0), '--json'];
    if (process.env.BACKLOG_TEST_ASSETS) args.push('--assets-dir', process.env.BACKLOG_TEST_ASSETS);
    this.web = spawn(BIN, args, { cwd: this.work, env: { ...this.env, BACKLOG_WEB_TOKEN: token }, stdio: ['ignore', 'pipe', 'inherit'] });
    const told = await new Promise((resolve, reject) => {
      let text = '';
      this.web.once('exit', (code) => reject(new Error(`backlog web ended with ${code}`)));
      this.web.stdout.on('data', (chunk) => {
        text += chunk;
        try {
          resolve(JSON.parse(text));
        } catch {
          // Not all of it yet.
        }
      });
    });
    this.port = told.port;
    this.url = `http://localhost:${told.port}`;
  }

  /** Ends `backlog web` the hard way. */
  async stopServing() {
    if (!this.web || this.web.exitCode !== null || this.web.signalCode) return;
    const ended = new Promise((resolve) => this.web.once('exit', resolve));
    this.web.kill('SIGKILL');
    await ended;
  }

  /** The daemon's process id; undefined while none runs. */
  daemon() {
    const file = `${this.work}/.backlogd/daemon.json`;
    if (!existsSync(file)) return undefined;
    const { pid } = JSON.parse(readFileSync(file, 'utf8'));
    return existsSync(`/proc/${pid}`) ? pid : undefined;
  }

  killDaemon() {
    const pid = this.daemon();
    if (pid) process.kill(pid, 'SIGKILL');
  }

  /** A page of a browser of its own, let in. */
  async open(browser, at = '/tasks', options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(LIMIT);
    const page = await context.newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('console', (message) => {
      // A refused or failed request is the test's doing; a broken policy never is.
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text())) page.problems.push(message.text());
    });
    await page.goto(`${this.url}/tasks?token=${this.token}`);
    await page.goto(this.url + at);
    await page.locator('h1').first().waitFor();
    return page;
  }

  async close() {
    await this.stopServing();
    this.killDaemon();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits until the condition gives a value. */
export async function until(what, condition) {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Something to wait for, until it is opened. */
export function gate() {
  let open = () => {};
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A command that runs beside the test. */
export function beside(house, ...args) {
  return new Promise((resolve, reject) => {
    execFile(BIN, args, { cwd: house.work, env: house.env }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

/** Makes so many tasks of all sorts, through the API. */
export async function fillUp(house, count) {
  const types = ['task', 'bug', 'feature', 'chore', 'improvement'];
  await make(house, '/tasks', count, (number) => ({ project: 'app', title: `Task number ${number} of a large backlog`, type: types[number % 5], priority: (number % 5) + 1, status: ['todo', 'todo', 'doing', 'done'][number % 4], assignee: `person-${number % 7}`, labels: [`label-${number % 11}`] }));
}

/** Makes so many things, each of what is said for its number. */
export async function make(house, path, count, body) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = ++next;
      const answer = await fetch(`${house.url}/api${path}`, { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body(number)) });
      if (!answer.ok) throw new Error(await answer.text());
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
}
