// The JSON shapes that the dashboard reads (docs/http.md), and what browsers
// have that TypeScript's library does not know yet.

interface Actor { kind: 'human' | 'ai' | 'system'; name: string }
interface ProjectRef { id: string; alias: string; name: string }
interface Lease { holder: Actor; session?: string; fence: number; acquired_at: string; expires_at: string }

type Status = 'todo' | 'doing' | 'done';

interface Task {
  id: string; ref: string; seq: number; project: ProjectRef; title: string; description?: string;
  type: string; status: Status; priority: number; assignee?: string; due_at?: string; actor: Actor;
  source?: string; external_ref?: string; project_path?: string; labels: string[];
  plans?: Plan[]; comments?: Comment_[]; completed_at?: string; archived_at?: string;
  created_at: string; updated_at: string; version: number; parent?: string;
  blocked_by?: string[]; blocks?: string[]; related?: string[]; discovered_from?: string[];
  defer_until?: string; scope?: string[]; needs_attention?: string; attempts_spent?: number;
  ready: boolean; blocked?: boolean; lease?: Lease;
}

interface Version { id: string; version: number; title: string; body: string; actor: Actor; change_note?: string; created_at: string }
interface Plan { id: string; task_id: string; task_ref: string; current_version: number; source?: string; version: Version; created_at: string; updated_at: string }
interface Doc { id: string; project: ProjectRef; title: string; current_version: number; version: Version; archived_at?: string; created_at: string; updated_at: string }
interface Comment_ { id: string; task_ref: string; body: string; actor: Actor; created_at: string }
interface Label { id: string; name: string; color?: string; project: ProjectRef; task_count: number }
interface Memory { id: string; project: ProjectRef; body: string; tags: string[]; actor: Actor; version: number; created_at: string; updated_at: string }
interface Attachment { id: string; task_ref?: string; doc_id?: string; project?: ProjectRef; name: string; mime_type: string; size: number; sha256: string; actor: Actor; created_at: string }
interface Project {
  id: string; alias: string; name: string; description?: string; repo_path?: string; actor: Actor; version: number;
  task_counts: { todo: number; doing: number; done: number; archived: number };
  wip_limit?: number; archived_at?: string; created_at: string; updated_at: string;
}
interface Attempt { fence: number; actor: Actor; session?: string; worktree?: string; started_at: string; ended_at?: string; outcome: string; note?: string }
interface Obstacle { kind: string; path: string[]; summary: string; lease?: Lease; until?: string }
interface Activity {
  seq: number; entity: string; entity_id: string; ref?: string; action: string; actor: Actor; session?: string;
  project?: ProjectRef; summary: string; payload: { changes?: Record<string, { from: unknown; to: unknown }>; [key: string]: unknown }; created_at: string; hash: string;
}
interface Queue {
  counts: { ready: number; blocked: number; deferred: number; waiting_for_parts: number; needs_attention: number; doing: number; done: number };
  held: { ref: string; project: string; title: string; lease?: Lease; worktree?: string }[];
  waiting: { actor: Actor; session?: string; asked_at: string; until: string }[];
}
interface DependencyNode { depth: number; role: 'root' | 'blocker' | 'child'; task: Task; repeated?: boolean }
interface Info { version: string; actor?: string; workspace: { database: string; last_activity_seq: number } }

interface TrustedTypes { createPolicy(name: string, rules: Record<string, (text: string) => string>): Record<string, (text: string) => any> }
interface Window { trustedTypes?: TrustedTypes }

interface DurationStats { count: number; average?: number; minimum?: number; maximum?: number; p50?: number; p90?: number }
interface ReportItem { ref?: string; title: string; project: string; evidence?: string; at: string }
interface ReportItems { count: number; items: ReportItem[] }
interface ReportDay {
  date: string; created: number; completed: number; total_created: number; total_completed: number;
  in_progress: number; closed_by_humans: number; closed_by_ais: number;
}
interface Analysis {
  since: string; until: string; created: number; completed: number; status: { todo: number; doing: number; done: number };
  cycle_time: DurationStats; cycle_time_by_type: (DurationStats & { type: string })[]; todo_to_doing: DurationStats; doing_to_done: DurationStats;
  in_progress_by_actor: { actor: Actor; count: number }[]; closed_by: { human: number; ai: number; other: number };
  done_without_evidence: ReportItems; reopened: ReportItems; bug_follow_ups: ReportItems; stale_doing: ReportItems;
  duplicate_labels: ReportItems; duplicate_plans: ReportItems; duplicate_comments: ReportItems; label_churn: ReportItems; days: ReportDay[];
}
interface Audit { ok: boolean; issues: (ReportItem & { severity: string; code: string })[]; total: number; tasks: number }

interface Hit { kind: string; id: string; ref?: string; title?: string; snippet?: string }
