-- What became of a customer after an assignment, so that no report reads its history again. Kept beside the ledger, never instead of the events: what is missing here is
-- measured from them. risk, model_id and cause are those of the episode, which never change: a report reads the ledger and this.
CREATE TABLE assigned_label (
  episode_id      BIGINT      NOT NULL PRIMARY KEY, -- of the ledger
  customer_id     BIGINT      NOT NULL,
  risk            DOUBLE      NOT NULL,
  model_id        INT         NOT NULL,
  cause           VARCHAR(10) NOT NULL,
  days            INT         NOT NULL, -- after which was asked at the earliest
  rules           INT         NOT NULL, -- by which it was labelled
  matured_at      DATETIME(6) NOT NULL, -- from when the label may be known
  label           VARCHAR(10) NULL,     -- NULL while it is not
  without_induced VARCHAR(10) NULL,
  rests_until     DATETIME(6) NOT NULL, -- nothing that happens after this changes the row
  KEY assigned_label_rests (customer_id, rests_until), -- a new event of the past
  CHECK ((label IS NULL) = (without_induced IS NULL))
);
