-- One wide row per customer: state, risk and timer together (one write an event).
CREATE TABLE customer_state (
  customer_id      BIGINT         NOT NULL PRIMARY KEY,
  partition_no     INT            NOT NULL, -- of the topic of events; a timer waits until it is consumed
  source_id        INT            NULL,     -- of the last usage; a timer waits for its watermark
  last_occurred_at DATETIME(6)    NOT NULL, -- of the newest applied event ...
  last_event_key   BINARY(16)     NOT NULL, -- ... and its key, which orders ties
  risk             DOUBLE         NULL,
  as_of            DATETIME(6)    NULL,
  model_id         INT            NULL,
  band             TINYINT        NULL,
  next_due         DATETIME(6)    NULL,     -- business instant of the next crossing in silence
  rescore_due      DATETIME(6)    NULL,     -- system instant from which the row is to be scored without triggering
  state            VARBINARY(4096) NOT NULL,
  KEY customer_state_next_due (next_due),       -- the timer sweep
  KEY customer_state_rescore_due (rescore_due)  -- the quiet rescore after an import or a promotion
);

-- Written when the band, a threshold side or the model changes.
CREATE TABLE risk_history (
  customer_id BIGINT      NOT NULL,
  as_of       DATETIME(6) NOT NULL,
  model_id    INT         NOT NULL,
  risk        DOUBLE      NOT NULL,
  band        TINYINT     NOT NULL,
  PRIMARY KEY (customer_id, as_of, model_id)
);
