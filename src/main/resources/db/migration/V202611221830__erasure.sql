-- Each time that somebody was erased: who did it, when and why, and of the erased only how many. swept_next: system instant of
-- the next look for rows that others were still writing then; NULL once there was the last one.
CREATE TABLE erasure (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  erased_at   DATETIME(6)  NOT NULL, -- business instant
  recorded_at DATETIME(6)  NOT NULL, -- system instant
  erased_by   VARCHAR(100) NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  whole_party BOOLEAN      NOT NULL,
  customers   INT          NOT NULL,
  swept_next  DATETIME(6)  NULL,
  KEY erasure_sweep (swept_next)
);

-- The internal numbers that were erased, as the ledger keeps them too: nothing leads from them to a person any more.
CREATE TABLE erased_id (
  kind       CHAR(8) NOT NULL CHECK (kind IN ('customer', 'party')),
  id         BIGINT  NOT NULL,
  erasure_id BIGINT  NOT NULL,
  PRIMARY KEY (kind, id),
  KEY erased_id_erasure (erasure_id)
);

-- Names that mean nobody in [valid_from, valid_to), so that what still comes under them is dropped: HMAC-SHA256 of namespace:value
-- with the secret below. A name is barred from when it meant the erased customer until it is given to somebody new.
CREATE TABLE erased_name (
  name_hash  BINARY(32)  NOT NULL,
  valid_from DATETIME(6) NOT NULL,
  valid_to   DATETIME(6) NULL,
  erasure_id BIGINT      NOT NULL,
  PRIMARY KEY (name_hash, valid_from),
  KEY erased_name_erasure (erasure_id)
);

-- One row, made at the first erasure; with another secret no erased name would be known again.
CREATE TABLE erasure_secret (
  id     TINYINT    NOT NULL PRIMARY KEY CHECK (id = 1),
  secret BINARY(32) NOT NULL
);

-- A party that was joined to another and has no customer of its own left goes with that one.
ALTER TABLE party
  ADD COLUMN merged_into BIGINT NULL,
  ADD KEY party_merged (merged_into);

-- Messages of erased customers: dropped, and counted.
ALTER TABLE source ADD COLUMN erased BIGINT NOT NULL DEFAULT 0 AFTER quarantined;

-- What was done about a person, for an export.
ALTER TABLE audit ADD KEY audit_subject (subject, id);
