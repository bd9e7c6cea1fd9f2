-- Workspace, projects, tasks, plans, comments, labels, the log, and the answers
-- that make writes safe to repeat.
--
-- Times are Unix nanoseconds, UTC. `ulid` is the id that the world sees, 16
-- bytes; the integer keys beside it are ours, and full-text rowids. A row whose
-- `deleted_at` is set is in the trash.

CREATE TABLE migration (
    version    INTEGER PRIMARY KEY,
    program    TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE workspace (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    ulid       BLOB NOT NULL CHECK (length(ulid) = 16),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE project (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid        BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    alias       TEXT NOT NULL CHECK (length(alias) BETWEEN 1 AND 64),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    description TEXT NOT NULL,
    repo_path   TEXT NOT NULL,
    -- How many of its tasks may be held at once; NULL for any number.
    wip_limit   INTEGER CHECK (wip_limit > 0),
    actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    archived_at INTEGER,
    deleted_at  INTEGER,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX project_by_alias ON project (alias) WHERE deleted_at IS NULL;

-- `seq` is the N of TASK-N. AUTOINCREMENT never gives a number out twice.
CREATE TABLE task (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid         BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    project_id   INTEGER NOT NULL REFERENCES project (id),
    title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    type         TEXT NOT NULL CHECK (type IN ('task', 'bug', 'issue', 'improvement', 'feature',
                                               'vulnerability', 'chore', 'spike', 'bucket-list')),
    status       TEXT NOT NULL CHECK (status IN ('todo', 'doing', 'done')),
    priority     INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    assignee     TEXT NOT NULL,
    source       TEXT NOT NULL,
    external_ref TEXT NOT NULL,
    project_path TEXT NOT NULL,
    actor_kind   TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name   TEXT NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    due_at       INTEGER,
    parent_seq   INTEGER REFERENCES task (seq) ON DELETE SET NULL,
    defer_until  INTEGER,
    -- Globs, a line each.
    scope        TEXT NOT NULL DEFAULT '',
    -- Attempts without done since it was made, done, or given a new budget.
    attempts_spent INTEGER NOT NULL DEFAULT 0,
    -- Set aside for a person: since when, and why.
    attention_at INTEGER,
    attention    TEXT NOT NULL DEFAULT '',
    -- What keeps it from being ready, beside status and archive: a sum of the
    -- bits in domain/holdback.rs. Kept by store/readiness.rs.
    holdback     INTEGER NOT NULL DEFAULT 0,
    completed_at INTEGER,
    archived_at  INTEGER,
    deleted_at   INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    -- Last, so that lists that leave it out do not read past it.
    description  TEXT NOT NULL,
    CHECK ((status = 'done') = (completed_at IS NOT NULL))
) STRICT;

-- One index for each order a list comes in, of the workspace and of a project.
-- Only rows that a list shows by default are in them.
CREATE INDEX task_by_priority ON task (priority, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_by_created ON task (created_at, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_by_updated ON task (updated_at, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_by_title ON task (title COLLATE NOCASE, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_by_due ON task (coalesce(due_at, 9223372036854775807), seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_priority ON task (project_id, priority, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_created ON task (project_id, created_at, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_updated ON task (project_id, updated_at, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_title ON task (project_id, title COLLATE NOCASE, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_due ON task (project_id, coalesce(due_at, 9223372036854775807), seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_seq ON task (project_id, seq) WHERE deleted_at IS NULL;
-- The filters that leave few rows.
CREATE INDEX task_by_status ON task (status, priority, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_of_project_by_status ON task (project_id, status, priority, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_by_assignee ON task (assignee, priority, seq)
    WHERE deleted_at IS NULL AND archived_at IS NULL AND assignee <> '';
CREATE INDEX task_by_source ON task (source, external_ref) WHERE deleted_at IS NULL AND source <> '';
-- What a claim takes, in its order; and the other states of the queue.
CREATE INDEX task_ready ON task (project_id, priority, seq)
    WHERE status = 'todo' AND holdback = 0 AND deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_ready_anywhere ON task (priority, seq)
    WHERE status = 'todo' AND holdback = 0 AND deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_blocked ON task (priority, seq)
    WHERE status = 'todo' AND (holdback & 3) <> 0 AND deleted_at IS NULL AND archived_at IS NULL;
CREATE INDEX task_deferred ON task (defer_until) WHERE (holdback & 8) <> 0;
CREATE INDEX task_set_aside ON task (priority, seq) WHERE attention_at IS NOT NULL;
CREATE INDEX task_of_parent ON task (parent_seq, priority, seq) WHERE parent_seq IS NOT NULL;
CREATE INDEX task_in_trash ON task (deleted_at) WHERE deleted_at IS NOT NULL;

-- How many tasks there are of each sort, kept by triggers, so that a list can
-- tell its total without counting. `shown` is 0 for archived tasks; those in
-- the trash are not counted.
CREATE TABLE task_count (
    project_id INTEGER NOT NULL,
    shown      INTEGER NOT NULL CHECK (shown IN (0, 1)),
    status     TEXT NOT NULL,
    type       TEXT NOT NULL,
    priority   INTEGER NOT NULL,
    holdback   INTEGER NOT NULL,
    n          INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (project_id, shown, status, type, priority, holdback)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER task_counted_on_insert AFTER INSERT ON task WHEN new.deleted_at IS NULL
BEGIN
    INSERT INTO task_count (project_id, shown, status, type, priority, holdback, n)
    VALUES (new.project_id, new.archived_at IS NULL, new.status, new.type, new.priority, new.holdback, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER task_counted_on_update
AFTER UPDATE OF project_id, status, type, priority, holdback, archived_at, deleted_at ON task
BEGIN
    UPDATE task_count SET n = n - 1
    WHERE old.deleted_at IS NULL
      AND project_id = old.project_id AND shown = (old.archived_at IS NULL)
      AND status = old.status AND type = old.type AND priority = old.priority
      AND holdback = old.holdback;
    INSERT INTO task_count (project_id, shown, status, type, priority, holdback, n)
    SELECT new.project_id, new.archived_at IS NULL, new.status, new.type, new.priority, new.holdback, 1
    WHERE new.deleted_at IS NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER task_counted_on_delete AFTER DELETE ON task WHEN old.deleted_at IS NULL
BEGIN
    UPDATE task_count SET n = n - 1
    WHERE project_id = old.project_id AND shown = (old.archived_at IS NULL)
      AND status = old.status AND type = old.type AND priority = old.priority
      AND holdback = old.holdback;
END;

CREATE TABLE plan (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid            BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    task_seq        INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    current_version INTEGER NOT NULL CHECK (current_version >= 1),
    source          TEXT NOT NULL,
    deleted_at      INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX plan_of_task ON plan (task_seq, id);
CREATE INDEX plan_in_trash ON plan (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE plan_version (
    id          INTEGER PRIMARY KEY,
    ulid        BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    plan_id     INTEGER NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL CHECK (version >= 1),
    title       TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name  TEXT NOT NULL,
    change_note TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    body        TEXT NOT NULL,
    UNIQUE (plan_id, version)
) STRICT;

CREATE TABLE comment (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid       BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    task_seq   INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name TEXT NOT NULL,
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX comment_of_task ON comment (task_seq, id);
CREATE INDEX comment_in_trash ON comment (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE label (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid       BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    color      TEXT NOT NULL CHECK (color = '' OR color GLOB '#[0-9a-f]*'),
    deleted_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX label_by_name ON label (project_id, name) WHERE deleted_at IS NULL;
CREATE INDEX label_in_trash ON label (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE task_label (
    task_seq INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    PRIMARY KEY (task_seq, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_of_label ON task_label (label_id, task_seq);

-- Full text, a row a task: what it says itself, its current plans and its
-- comments. `marks` holds words that no search can type, so that a search in
-- one project or without archived tasks is answered by the index alone. The
-- texts themselves stay where they are (contentless).
CREATE VIRTUAL TABLE task_search USING fts5 (
    title, description, plans, comments, marks,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- Tasks whose text changed in this transaction. The writer empties it before
-- it commits: one pass for many changes costs less than a trigger for each.
CREATE TABLE search_dirty (
    task_seq INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER search_task_inserted AFTER INSERT ON task
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.seq);
END;
CREATE TRIGGER search_task_updated
AFTER UPDATE OF title, description, project_id, archived_at, deleted_at ON task
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.seq);
END;
CREATE TRIGGER search_task_deleted AFTER DELETE ON task
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (old.seq);
END;
CREATE TRIGGER search_plan_inserted AFTER INSERT ON plan
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.task_seq);
END;
CREATE TRIGGER search_plan_updated AFTER UPDATE OF current_version, deleted_at ON plan
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.task_seq);
END;
CREATE TRIGGER search_comment_inserted AFTER INSERT ON comment
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.task_seq);
END;
CREATE TRIGGER search_comment_updated AFTER UPDATE OF deleted_at ON comment
BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (new.task_seq);
END;

-- The log. It names things by key and id but refers to none of them, so that
-- it outlives them all. Its times never run backwards.
CREATE TABLE activity (
    seq        INTEGER PRIMARY KEY,
    entity     TEXT NOT NULL,
    entity_id  BLOB NOT NULL CHECK (length(entity_id) = 16),
    action     TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name TEXT NOT NULL,
    session    TEXT NOT NULL,
    uid        INTEGER,
    pid        INTEGER,
    project_id INTEGER,
    task_seq   INTEGER,
    summary    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    payload    TEXT NOT NULL CHECK (json_valid(payload))
) STRICT;
CREATE INDEX activity_of_entity ON activity (entity_id, seq);
CREATE INDEX activity_of_task ON activity (task_seq, seq) WHERE task_seq IS NOT NULL;
CREATE INDEX activity_of_project ON activity (project_id, seq) WHERE project_id IS NOT NULL;
CREATE INDEX activity_by_kind ON activity (entity, seq);
CREATE INDEX activity_by_actor_kind ON activity (actor_kind, seq);
CREATE INDEX activity_by_actor ON activity (actor_name, seq);
CREATE INDEX activity_by_time ON activity (created_at, seq);

CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
BEGIN
    SELECT raise(ABORT, 'the log is never changed');
END;
CREATE TRIGGER activity_is_never_removed BEFORE DELETE ON activity
BEGIN
    SELECT raise(ABORT, 'the log is never changed');
END;

-- The answer of each write, kept for a day and given again to a repetition.
-- `digest` is over the call and its request, so that an id used for something
-- else is noticed.
CREATE TABLE answered (
    id         INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    digest     BLOB NOT NULL CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    answer     BLOB NOT NULL
) STRICT;
