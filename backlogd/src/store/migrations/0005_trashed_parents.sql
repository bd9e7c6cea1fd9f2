-- What blocks a task in the trash holds up none of its parts.
CREATE TRIGGER holdback_task_trashed_or_restored AFTER UPDATE OF deleted_at ON task
WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
    INSERT OR IGNORE INTO holdback_dirty SELECT seq FROM task WHERE parent_seq = new.seq;
END;
-- Until now it did (2: blocked above), down to those with a blocker of their
-- own (1).
WITH RECURSIVE freed (seq, holdback) AS (
    SELECT t.seq, t.holdback FROM task a JOIN task t ON t.parent_seq = a.seq
    WHERE a.deleted_at IS NOT NULL AND (t.holdback & 2) <> 0
    UNION
    SELECT t.seq, t.holdback FROM freed a JOIN task t ON t.parent_seq = a.seq
    WHERE (a.holdback & 1) = 0 AND (t.holdback & 2) <> 0
)
UPDATE task SET holdback = holdback - 2 WHERE seq IN (SELECT seq FROM freed);
