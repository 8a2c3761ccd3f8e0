-- The day for which a date of the profile began an episode: one for each.
ALTER TABLE episode ADD COLUMN for_day DATE NULL;

-- The queue leaves out calls of campaigns that are over, and reads no row for it.
ALTER TABLE call_task
  DROP KEY call_task_queue,
  ADD KEY call_task_queue (state, ready, priority, language, skill, campaign_id),
  DROP KEY call_task_lot,
  ADD KEY call_task_lot (state, ready, lot, language, skill, campaign_id);
