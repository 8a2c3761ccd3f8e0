-- Where events come from. watermark is the last business instant up to which the source is known complete.
-- held_from/held_through: events seen after a gap longer than max_silence_seconds, which may still be filled in.
CREATE TABLE source (
  id                  INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name                VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  cadence             VARCHAR(10)  NOT NULL CHECK (cadence IN ('stream', 'hourly', 'daily')),
  max_silence_seconds BIGINT       NOT NULL,
  watermark           DATETIME(6)  NULL,
  held_from           DATETIME(6)  NULL,
  held_through        DATETIME(6)  NULL,
  -- The books: received = applied + duplicate + quarantined, kept in the transaction that applies a batch.
  received            BIGINT       NOT NULL DEFAULT 0,
  applied             BIGINT       NOT NULL DEFAULT 0,
  duplicate           BIGINT       NOT NULL DEFAULT 0,
  quarantined         BIGINT       NOT NULL DEFAULT 0,
  late                BIGINT       NOT NULL DEFAULT 0
);

-- The history. Clustered by customer so that a history is one range; no other index (see the storage notes in docs/architecture.md).
-- event_key: first 16 bytes of SHA-256(source, 0, id).
CREATE TABLE event (
  customer_id  BIGINT         NOT NULL,
  event_key    BINARY(16)     NOT NULL,
  source_id    INT            NOT NULL,
  kind         TINYINT        NOT NULL, -- ordinal of EventKind; the order never changes
  name         VARCHAR(100)   NOT NULL,
  occurred_at  DATETIME(6)    NOT NULL,
  available_at DATETIME(6)    NOT NULL,
  flags        TINYINT        NOT NULL, -- 1 available_at assumed, 2 backfill
  event_count  INT            NOT NULL,
  amount       DECIMAL(18, 4) NULL,
  currency     CHAR(3)        NULL,
  channel      VARCHAR(40)    NULL,
  properties   TEXT           NULL,
  PRIMARY KEY (customer_id, event_key)
);

-- Messages that could not be applied, as they came, with the reason.
CREATE TABLE quarantine (
  topic          VARCHAR(100) NOT NULL,
  partition_no   INT          NOT NULL,
  record_offset  BIGINT       NOT NULL,
  source_id      INT          NOT NULL,
  reason         VARCHAR(40)  NOT NULL,
  detail         VARCHAR(500) NOT NULL,
  record_key     BLOB         NULL,
  payload        LONGBLOB     NULL,
  backfill_available_at DATETIME(6) NULL,     -- of history, which stays history when replayed; NULL for news
  backfill_assumed      BOOLEAN     NOT NULL DEFAULT FALSE,
  quarantined_at DATETIME(6)  NOT NULL,
  replayed_at    DATETIME(6)  NULL,
  PRIMARY KEY (topic, partition_no, record_offset),
  KEY quarantine_newest (quarantined_at) -- the list, newest first
);

-- How far each partition is applied; written in the transaction of the batch.
CREATE TABLE partition_progress (
  topic        VARCHAR(100) NOT NULL,
  partition_no INT          NOT NULL,
  next_offset  BIGINT       NOT NULL,
  PRIMARY KEY (topic, partition_no)
);
