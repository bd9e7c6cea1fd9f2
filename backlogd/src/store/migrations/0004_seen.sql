-- When the session of a lease was last seen at work by somebody else than its
-- holder's calls, on the clock of `deadline`.
ALTER TABLE lease ADD COLUMN seen INTEGER;
