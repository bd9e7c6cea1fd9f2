// Steps of one story. Each begins where the one before it ended, so once one has
// failed, the others would only tell what follows from it: they are left out.

import { test as run } from 'node:test';

let failed;

/**
 * @param {string} name what the dashboard promises
 * @param {(context: import('node:test').TestContext) => Promise<void>} body
 */
export function test(name, body) {
  run(name, async (context) => {
    if (failed) {
      context.skip(`“${failed}” failed before`);
      return;
    }
    try {
      await body(context);
    } catch (error) {
      failed = name;
      throw error;
    }
  });
}
