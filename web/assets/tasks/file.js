// Tasks as files.

import { actorText, named, priorityName } from '../core/words.js';

const HEAD = ['ref', 'project', 'title', 'type', 'status', 'priority', 'assignee', 'labels', 'due_at', 'actor', 'created_at', 'updated_at', 'completed_at', 'description'];

/**
 * @param {Task[]} tasks
 * @returns {import('../ui/downloads.js').Content}
 */
export function taskFiles(tasks) {
  return {
    title: 'Tasks',
    json: { tasks },
    head: HEAD,
    rows: tasks.map((task) => [
      task.ref, task.project.alias, task.title, task.type, task.status, `P${task.priority}`, task.assignee, task.labels.join(' '), task.due_at,
      actorText(task.actor), task.created_at, task.updated_at, task.completed_at, task.description,
    ]),
    markdown: `# Tasks\n\n${tasks.map(section).join('\n')}`,
  };
}

/** @param {Task} task */
function section(task) {
  const facts = [named(task.status), priorityName(task.priority), task.type, task.project.alias, task.assignee && `for ${task.assignee}`, ...task.labels.map((label) => `#${label}`)];
  return `## ${task.ref} ${task.title}\n\n${facts.filter(Boolean).join(' · ')}\n${task.description ? `\n${task.description}\n` : ''}`;
}
