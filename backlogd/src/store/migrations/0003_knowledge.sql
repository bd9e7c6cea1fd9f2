-- Docs, memory, attachments; the identity of imported findings; log entries
-- that come from another workspace's log.

CREATE TABLE doc (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid            BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    project_id      INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    current_version INTEGER NOT NULL CHECK (current_version >= 1),
    archived_at     INTEGER,
    deleted_at      INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX doc_of_project ON doc (project_id, id) WHERE deleted_at IS NULL;
CREATE INDEX doc_in_trash ON doc (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE doc_version (
    id          INTEGER PRIMARY KEY,
    ulid        BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    doc_id      INTEGER NOT NULL REFERENCES doc (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL CHECK (version >= 1),
    title       TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    actor_kind  TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name  TEXT NOT NULL,
    change_note TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    body        TEXT NOT NULL,
    UNIQUE (doc_id, version)
) STRICT;

CREATE TABLE memory (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid       BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    -- As they are shown, a line each; memory_tag has them for finding.
    tags       TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name TEXT NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX memory_of_project ON memory (project_id, id) WHERE deleted_at IS NULL;
CREATE INDEX memory_in_trash ON memory (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE memory_tag (
    tag       TEXT NOT NULL,
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, memory_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_of_memory ON memory_tag (memory_id);

-- Attached to a task or a doc; to neither where it was so in the workspace it
-- was imported from.
CREATE TABLE attachment (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ulid       BLOB NOT NULL UNIQUE CHECK (length(ulid) = 16),
    task_seq   INTEGER REFERENCES task (seq) ON DELETE CASCADE,
    doc_id     INTEGER REFERENCES doc (id) ON DELETE CASCADE,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    mime_type  TEXT NOT NULL,
    size       INTEGER NOT NULL CHECK (size = length(data)),
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('human', 'ai', 'system')),
    actor_name TEXT NOT NULL,
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    data       BLOB NOT NULL,
    CHECK (task_seq IS NULL OR doc_id IS NULL)
) STRICT;
CREATE INDEX attachment_of_task ON attachment (task_seq, id) WHERE task_seq IS NOT NULL;
CREATE INDEX attachment_of_doc ON attachment (doc_id, id) WHERE doc_id IS NOT NULL;
CREATE INDEX attachment_in_trash ON attachment (deleted_at) WHERE deleted_at IS NOT NULL;

-- Full text of docs (their current versions) and memory, as task_search is of
-- tasks. The rowid is twice the doc's key, or twice the entry's key plus one.
CREATE VIRTUAL TABLE knowledge_search USING fts5 (
    title, body, marks,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE knowledge_dirty (
    key INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER search_doc_inserted AFTER INSERT ON doc
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * new.id);
END;
CREATE TRIGGER search_doc_updated AFTER UPDATE OF current_version, deleted_at ON doc
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * new.id);
END;
CREATE TRIGGER search_doc_deleted AFTER DELETE ON doc
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * old.id);
END;
CREATE TRIGGER search_memory_inserted AFTER INSERT ON memory
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * new.id + 1);
END;
CREATE TRIGGER search_memory_updated AFTER UPDATE OF body, tags, deleted_at ON memory
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * new.id + 1);
END;
CREATE TRIGGER search_memory_deleted AFTER DELETE ON memory
BEGIN
    INSERT OR IGNORE INTO knowledge_dirty VALUES (2 * old.id + 1);
END;

-- Which task a scanner's finding became. `identity` is SHA-256 over what makes
-- the finding the same in the next scan. The last four are what the scanner
-- said of it last, the texts as their SHA-256: where the task says the same, no
-- person has changed it since.
CREATE TABLE finding (
    project_id  INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    identity    BLOB NOT NULL CHECK (length(identity) = 32),
    -- NULL once the task is gone for good: its finding stays dismissed.
    task_seq    INTEGER REFERENCES task (seq) ON DELETE SET NULL,
    title       BLOB NOT NULL CHECK (length(title) = 32),
    description BLOB NOT NULL CHECK (length(description) = 32),
    type        TEXT NOT NULL,
    priority    INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    PRIMARY KEY (project_id, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_of_task ON finding (task_seq);
-- A finding's task that came another way.
CREATE INDEX task_by_external_ref ON task (external_ref, source, project_id)
    WHERE deleted_at IS NULL AND external_ref <> '';
CREATE INDEX task_archived_by_title ON task (project_id, title COLLATE NOCASE)
    WHERE deleted_at IS NULL AND archived_at IS NOT NULL;

-- An entry that was imported: when it was written where it comes from, and
-- what it is there, its id or its hash. `created_at` is when it came here, so
-- that the log's times never run backwards.
ALTER TABLE activity ADD COLUMN occurred_at INTEGER;
ALTER TABLE activity ADD COLUMN origin BLOB;
CREATE UNIQUE INDEX activity_by_origin ON activity (origin) WHERE origin IS NOT NULL;
CREATE INDEX activity_by_action ON activity (action, seq);
