-- What blocks a task in the trash holds up none of its parts.
CREATE TRIGGER holdback_task_trashed_or_restored AFTER UPDATE OF deleted_at ON task
WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
    INSERT OR IGNORE INTO holdback_dirty SELECT seq FROM task WHERE parent_seq = new.seq;
END;
INSERT OR IGNORE INTO holdback_dirty
SELECT t.seq FROM task t JOIN task a ON a.seq = t.parent_seq WHERE a.deleted_at IS NOT NULL;
