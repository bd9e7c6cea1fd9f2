-- Claims and dependencies.

-- An edge: `task_seq` waits for `on_seq`, or has to do with it.
CREATE TABLE dependency (
    task_seq INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    on_seq   INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('blocks', 'related', 'discovered-from')),
    PRIMARY KEY (task_seq, kind, on_seq),
    CHECK (task_seq <> on_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependency_on ON dependency (on_seq, kind, task_seq);

-- Every claim of a task. `fence` is 1 for its first. Rows stay when the lease
-- is gone: they know which token was whose.
CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY,
    task_seq   INTEGER NOT NULL REFERENCES task (seq) ON DELETE CASCADE,
    fence      INTEGER NOT NULL CHECK (fence >= 1),
    token      BLOB NOT NULL UNIQUE CHECK (length(token) = 16),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name TEXT NOT NULL,
    session    TEXT NOT NULL,
    worktree   TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT CHECK (outcome IN ('done', 'released', 'expired', 'failed', 'revoked')),
    note       TEXT NOT NULL DEFAULT '',
    UNIQUE (task_seq, fence),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

-- The attempts that are under way. `deadline` is on the clock that stands
-- still while the machine sleeps (CLOCK_MONOTONIC), which every process of one
-- boot reads alike; `boot` says which boot. `expires_at` is what that came to
-- by the calendar when it was last renewed, for the next boot.
CREATE TABLE lease (
    task_seq   INTEGER PRIMARY KEY REFERENCES task (seq) ON DELETE CASCADE,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempt (id) ON DELETE CASCADE,
    ttl        INTEGER NOT NULL CHECK (ttl > 0),
    deadline   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    boot       TEXT NOT NULL,
    -- What keeps it alive beside its holder's calls: nothing, a stream (its
    -- id), or a process (its id and start).
    held_by    TEXT NOT NULL DEFAULT 'time' CHECK (held_by IN ('time', 'stream', 'process')),
    stream     TEXT,
    pid        INTEGER,
    pid_started INTEGER,
    CHECK ((held_by = 'stream') = (stream IS NOT NULL)),
    CHECK ((held_by = 'process') = (pid IS NOT NULL AND pid_started IS NOT NULL))
) STRICT;
CREATE INDEX lease_by_deadline ON lease (deadline);

-- Tasks whose holdback may be another after this write. The writer looks at
-- them before the write ends, so no path can forget it.
CREATE TABLE holdback_dirty (
    task_seq INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER holdback_task_inserted AFTER INSERT ON task
WHEN new.parent_seq IS NOT NULL OR new.defer_until IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO holdback_dirty VALUES (new.seq);
    INSERT OR IGNORE INTO holdback_dirty SELECT new.parent_seq WHERE new.parent_seq IS NOT NULL;
END;
CREATE TRIGGER holdback_task_updated AFTER UPDATE OF parent_seq, defer_until, attention_at ON task
BEGIN
    INSERT OR IGNORE INTO holdback_dirty VALUES (new.seq);
    INSERT OR IGNORE INTO holdback_dirty
    SELECT parent FROM (SELECT old.parent_seq AS parent UNION SELECT new.parent_seq)
    WHERE parent IS NOT NULL;
END;
-- Opened or closed: done, archived and deleted tasks hold up nobody.
CREATE TRIGGER holdback_task_opened_or_closed
AFTER UPDATE OF status, archived_at, deleted_at ON task
WHEN (old.status = 'done' OR old.archived_at IS NOT NULL OR old.deleted_at IS NOT NULL)
  <> (new.status = 'done' OR new.archived_at IS NOT NULL OR new.deleted_at IS NOT NULL)
BEGIN
    INSERT OR IGNORE INTO holdback_dirty
    SELECT task_seq FROM dependency WHERE on_seq = new.seq AND kind = 'blocks';
    INSERT OR IGNORE INTO holdback_dirty SELECT new.parent_seq WHERE new.parent_seq IS NOT NULL;
END;
CREATE TRIGGER holdback_task_deleted BEFORE DELETE ON task
BEGIN
    INSERT OR IGNORE INTO holdback_dirty
    SELECT task_seq FROM dependency WHERE on_seq = old.seq AND kind = 'blocks';
    INSERT OR IGNORE INTO holdback_dirty
    SELECT seq FROM task WHERE parent_seq = old.seq;
    INSERT OR IGNORE INTO holdback_dirty SELECT old.parent_seq WHERE old.parent_seq IS NOT NULL;
END;
CREATE TRIGGER holdback_project_opened_or_closed AFTER UPDATE OF archived_at, deleted_at ON project
BEGIN
    INSERT OR IGNORE INTO holdback_dirty
    SELECT d.task_seq FROM dependency d JOIN task t ON t.seq = d.on_seq
    WHERE t.project_id = new.id AND d.kind = 'blocks';
    INSERT OR IGNORE INTO holdback_dirty
    SELECT DISTINCT parent_seq FROM task WHERE project_id = new.id AND parent_seq IS NOT NULL;
END;
CREATE TRIGGER holdback_dependency_inserted AFTER INSERT ON dependency WHEN new.kind = 'blocks'
BEGIN
    INSERT OR IGNORE INTO holdback_dirty VALUES (new.task_seq);
END;
CREATE TRIGGER holdback_dependency_deleted AFTER DELETE ON dependency WHEN old.kind = 'blocks'
BEGIN
    INSERT OR IGNORE INTO holdback_dirty VALUES (old.task_seq);
END;
