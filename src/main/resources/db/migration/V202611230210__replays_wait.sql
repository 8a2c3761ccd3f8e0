-- A replay that is asked for while another is tried waits for its turn, and one that waits or is tried can be stopped.
-- seen_at of one that waits says nothing.
ALTER TABLE campaign_replay
  MODIFY state VARCHAR(10) NOT NULL
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'stopped', 'broken-off')),
  ADD COLUMN stopped_by VARCHAR(100) NULL AFTER state,
  ADD KEY campaign_replay_state (state, id); -- those that wait, in their order
