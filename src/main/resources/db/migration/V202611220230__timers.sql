-- Timers by source: a sweep reads, source by source, what is due up to its watermark, and nothing of a source that is behind.
-- partition_no last, so that partitions not yet consumed are told apart without a look at the row.
ALTER TABLE customer_state
  DROP KEY customer_state_next_due,
  ADD KEY customer_state_due (source_id, next_due, partition_no),
  ALGORITHM=INPLACE, LOCK=NONE;

-- The one row that everybody who scores holds shared until commit, and that a rescore takes alone for a moment before it
-- begins: scores by an old model or old levels are then all committed, and the rescore overlooks none.
CREATE TABLE judging (
  id TINYINT NOT NULL PRIMARY KEY CHECK (id = 1)
);
INSERT INTO judging (id) VALUES (1);

-- Each time all customers are judged anew, because the model or the watched levels changed.
CREATE TABLE rescore_run (
  id           BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  model_id     INT         NULL,     -- of a promotion: the model; NULL: other things changed
  done_model   INT         NULL,     -- rows by this model are done already; NULL: none is
  requested_at DATETIME(6) NOT NULL, -- system instants
  opened_at    DATETIME(6) NULL,
  finished_at  DATETIME(6) NULL,
  KEY rescore_run_model (model_id)   -- the last promotion that was followed
);

-- What is left of a run: a piece of customers by the order of their timers or by their ids. Deleted in the transaction that
-- scores them; locked until then, so that replicas share a run and a dead one leaves its page to the others.
CREATE TABLE rescore_page (
  run_id    BIGINT      NOT NULL,
  place     INT         NOT NULL,
  due_after DATETIME(6) NULL,     -- timers after this business instant ...
  due_until DATETIME(6) NULL,     -- ... up to this one; or else
  first_id  BIGINT      NULL,     -- customers from this id ...
  last_id   BIGINT      NULL,     -- ... to this one
  customers INT         NOT NULL, -- how many there were when the run was opened
  PRIMARY KEY (run_id, place)
);

-- How many crossings of a campaign's threshold a business day was expected to bring.
CREATE TABLE trigger_forecast (
  campaign_id BIGINT NOT NULL,
  day         DATE   NOT NULL,
  run_id      BIGINT NOT NULL, -- the rescore by which the timers were set that were counted
  timers      DOUBLE NOT NULL, -- crossings that the timers foresaw
  expected    DOUBLE NOT NULL, -- with what events usually add
  PRIMARY KEY (campaign_id, day)
);
