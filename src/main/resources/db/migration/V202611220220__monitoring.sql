-- One monitoring of one business day: who was watched, and by which champion.
CREATE TABLE monitoring_snapshot (
  id         INT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
  day        DATE        NOT NULL UNIQUE, -- one a day, whoever takes it
  taken_at   DATETIME(6) NOT NULL,
  model_id   INT         NOT NULL,        -- the champion of the day
  population BIGINT      NOT NULL,
  monitored  INT         NOT NULL
);

-- The champion's risk of a watched customer, and what became of it. due_at: business instant at which more can be known
-- (7 and 14 days on, and the end of the horizon); NULL once all is known.
CREATE TABLE monitored_score (
  snapshot_id  INT         NOT NULL,
  customer_id  BIGINT      NOT NULL,
  source_id    INT         NULL,     -- of the customer's usage; its watermark tells when silence is known
  as_of        DATETIME(6) NOT NULL,
  horizon_end  DATETIME(6) NOT NULL,
  risk         DOUBLE      NOT NULL,
  idle_days    FLOAT       NOT NULL, -- for the naive idle rule
  due_at       DATETIME(6) NULL,
  watched_days FLOAT       NOT NULL DEFAULT 0, -- how far on it has been looked
  return_days  FLOAT       NULL,     -- from as_of to the first use, if it was seen
  weight       FLOAT       NOT NULL DEFAULT 1, -- customers it stands for by now; 0 if contacted or suspended, so left out
  churned      TINYINT     NULL,     -- NULL until the horizon has passed
  PRIMARY KEY (snapshot_id, customer_id),
  KEY monitored_score_due (due_at),          -- what can be looked at again
  KEY monitored_score_horizon (horizon_end)  -- the labels of a week
);

-- What challengers, and the champion before this one, would have said of the same customers at the same instants.
CREATE TABLE shadow_score (
  snapshot_id INT         NOT NULL,
  model_id    INT         NOT NULL,
  customer_id BIGINT      NOT NULL,
  as_of       DATETIME(6) NOT NULL,
  risk        DOUBLE      NOT NULL,
  PRIMARY KEY (snapshot_id, model_id, customer_id)
);

-- How many watched customers were in each group of the model's reference, for the risk and for each feature; JSON.
CREATE TABLE monitored_distribution (
  snapshot_id INT        NOT NULL,
  model_id    INT        NOT NULL,
  counts      MEDIUMTEXT NOT NULL,
  PRIMARY KEY (snapshot_id, model_id)
);

-- The first snapshot after promotion, for a model whose own files hold no reference; JSON.
CREATE TABLE monitoring_reference (
  model_id INT         NOT NULL PRIMARY KEY,
  made_at  DATETIME(6) NOT NULL,
  content  MEDIUMTEXT  NOT NULL
);

-- Figures on the labels that came due in a week (from Monday, UTC); JSON.
CREATE TABLE monitored_week (
  model_id INT  NOT NULL,
  week     DATE NOT NULL,
  figures  TEXT NOT NULL,
  PRIMARY KEY (model_id, week)
);

-- The newest judgement of each watched model; JSON. proposed: a person was told to think of falling back.
CREATE TABLE monitoring_verdict (
  model_id  INT         NOT NULL PRIMARY KEY,
  judged_at DATETIME(6) NOT NULL,
  content   MEDIUMTEXT  NOT NULL,
  proposed  BOOLEAN     NOT NULL DEFAULT FALSE
);

-- A wish for a new model, consumed by the retraining job. open_marker is 1 while open, so there is at most one.
CREATE TABLE retraining_request (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  model_id     INT          NOT NULL, -- the champion that raised it
  requested_at DATETIME(6)  NOT NULL, -- business time
  requested_by VARCHAR(100) NOT NULL,
  reason       VARCHAR(500) NOT NULL,
  open_marker  TINYINT      NULL UNIQUE CHECK (open_marker = 1),
  taken_at     DATETIME(6)  NULL,
  taken_by     VARCHAR(100) NULL
);
