-- A customer whose first batch is still at work has no row of its own yet. Until it must have ended, a
-- change of profile noted meanwhile is kept: the batch may have read the profile before.
ALTER TABLE bell_regroup
  ADD COLUMN noted_at DATETIME(6) NOT NULL DEFAULT '1970-01-01 00:00:00';
