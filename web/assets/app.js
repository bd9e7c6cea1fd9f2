// The list of tasks, live.

const list = document.querySelector('#tasks');
const state = document.querySelector('#state');

async function load() {
  const response = await fetch('/api/tasks?view=basic&limit=500');
  const answer = await response.json();
  if (!response.ok) {
    state.textContent = answer.error;
    return;
  }
  state.textContent = `${answer.page.count} of ${answer.page.total} tasks`;
  list.replaceChildren(...answer.tasks.map((task) => {
    const item = document.createElement('li');
    item.textContent = `${task.ref} P${task.priority} ${task.status} ${task.title}`;
    return item;
  }));
}

const events = new EventSource('/api/events');
events.onmessage = load;
events.addEventListener('ready', load);
events.addEventListener('lost', () => { state.textContent = 'Waiting for the daemon…'; });
load();
