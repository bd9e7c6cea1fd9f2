// All plans, and one of them.

import { html } from '../vendor/preact.js';
import { get, part } from '../core/api.js';
import { useList } from '../core/list.js';
import { useResource } from '../core/resource.js';
import { link, params, project, setQuery } from '../core/route.js';
import { actorText, counted, short } from '../core/words.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Failure, Loaded, Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Person } from '../ui/mark.js';
import { More } from '../ui/more.js';
import { Page } from '../ui/page.js';
import { complain } from '../ui/toast.js';
import { Versioned } from '../ui/versioned.js';
import { When } from '../ui/when.js';
import { SearchField } from '../tasks/filters.js';
import { go } from '../core/route.js';
import { deletePlan } from '../task/plans.js';

/** @param {Activity} event */
const ofPlans = (event) => event.entity === 'plan' || event.entity === 'task' || event.entity === 'project';

export function PlansPage() {
  const text = params.value.get('search') ?? '';
  /** @param {Plan} plan */
  const matches = ({ version, task_ref: ref }) => `${ref} ${version.title} ${version.body}`.toLowerCase().includes(text.toLowerCase());
  const plans = useList(`plans ${project.value}`, { path: '/plans', params: { project: project.value }, name: 'plans' }, ofPlans, matches);
  return html`<${Page} title="Plans" command="" count=${plans.count((count) => counted(count, 'plan'))}
    actions=${html`<${Downloads} name="plans" content=${async () => planFiles(await plans.whole())} />`}>
    <div class="filters"><${SearchField} value=${text} label="Search plans" onChange=${(/** @type {string} */ search) => setQuery({ search }, { replace: true })} />
      ${text && html`<button type="button" class="link" onClick=${() => setQuery({ search: undefined })}>Clear filters</button>`}</div>
    <div class="scroll"><${Loaded} of=${plans}>${() => {
      if (!plans.all.length) return html`<${Empty} icon="plan" title="No plans yet">
        A plan belongs to a task: open one and add it there, or <code>backlog plan add --task TASK-1 --title "Fix plan"</code>.
      <//>`;
      if (!plans.kept.length && !plans.more) return html`<${Empty} icon="filter" title="No plan matches">Loosen the search.<//>`;
      return html`<ul class="items">${plans.shown.map((plan) => html`<li key=${plan.id}><a class="item" href=${link(`/plans/${plan.id}`)}><${Icon} name="plan" />
        <span class="item-title">${plan.version.title}</span>
        <span class="faint">${plan.task_ref} · v${plan.current_version}</span>
        <${Person} actor=${plan.version.actor} />
        <${When} at=${plan.updated_at} />
      </a></li>`)}</ul><${More} more=${plans.more} />`;
    }}<//></div>
  <//>`;
}

/** @param {Plan[]} plans @returns {import('../ui/downloads.js').Content} */
function planFiles(plans) {
  return {
    title: 'Plans',
    json: { plans },
    head: ['id', 'task', 'title', 'version', 'actor', 'change_note', 'updated_at', 'body'],
    rows: plans.map(({ id, task_ref: ref, version, updated_at: at }) => [id, ref, version.title, version.version, actorText(version.actor), version.change_note, at, version.body]),
    markdown: plans.map(({ task_ref: ref, version }) => `# ${version.title}\n\n${ref} · version ${version.version} by ${actorText(version.actor)}\n\n${version.body}\n`).join('\n'),
  };
}

/** @param {{ id: string }} props */
export function PlanPage({ id }) {
  const found = useResource(`plan ${id}`, (abort) => get(`/plans/${part(id)}`, abort), (event) => event.entity === 'plan');
  const plan = /** @type {Plan | undefined} */ (found.fresh ? found.data : undefined);
  return html`<${Page} title=${plan?.version.title ?? 'Plan'} command=${`backlog plan show ${id}`}
    heading=${html`<a href=${link('/plans')}>Plans</a><${Icon} name="chevron" /><span>${plan?.version.title ?? short(id)}</span>`}
    actions=${plan && html`<${Downloads} name=${`plan-${short(id)}`} content=${async () => planFiles([plan])} />
      <button type="button" onClick=${() => deletePlan(plan).then(() => go(link('/plans')), complain)}><${Icon} name="trash" /><span>Delete</span></button>`}>
    <div class="scroll narrow">
      ${plan
        ? html`<p class="faint">Plan of <a href=${link(`/tasks/${plan.task_ref}`)}>${plan.task_ref}</a></p>
          <${Versioned} key=${id} whole kind="plans" item=${plan} onSaved=${found.reload} />`
        : found.error ? html`<${Failure} error=${found.error} retry=${found.reload} />` : html`<${Loading} />`}
    </div>
  <//>`;
}
