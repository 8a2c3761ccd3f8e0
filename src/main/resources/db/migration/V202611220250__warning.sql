-- What the watch of the feeds says of a source. reported: how far it has reported. watermark follows it, and stands still while doubted:
-- what is reported may then be incomplete, so no silence counts and no timer acts past it.
ALTER TABLE source
  ADD COLUMN reported    DATETIME(6) NULL AFTER watermark,
  ADD COLUMN doubted     BOOLEAN     NOT NULL DEFAULT FALSE AFTER reported,
  ADD COLUMN health      VARCHAR(60) NULL AFTER doubted,
  ADD COLUMN customers   BIGINT      NOT NULL DEFAULT 0 AFTER health,
  ADD COLUMN incident_id BIGINT      NULL AFTER customers;
UPDATE source SET reported = watermark;

-- What each batch brought, until it is added up in feed_hour. hours: events by the hour since the epoch in which they occurred, "hour=n ...".
CREATE TABLE source_tally (
  id        BIGINT     NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source_id INT        NOT NULL,
  duplicate INT        NOT NULL,
  late      INT        NOT NULL,
  refused   INT        NOT NULL,
  unmapped  INT        NOT NULL,
  hours     MEDIUMTEXT NOT NULL
);

-- One hour (since the epoch) of a source: events by when they occurred, all else by when it came, both in business time.
CREATE TABLE feed_hour (
  source_id INT    NOT NULL,
  hour      INT    NOT NULL,
  events    BIGINT NOT NULL,
  received  BIGINT NOT NULL,
  duplicate BIGINT NOT NULL,
  late      BIGINT NOT NULL,
  refused   BIGINT NOT NULL,
  unmapped  BIGINT NOT NULL,
  PRIMARY KEY (source_id, hour)
);

-- What the watch remembers of a source. gap_end: when it was last seen silent; filled_at: when something last came that belongs before
-- that. muted: conditions that a person judged to be right, until they have passed.
CREATE TABLE feed_watch (
  source_id INT         NOT NULL PRIMARY KEY,
  gap_end   DATETIME(6) NULL,
  filled_at DATETIME(6) NULL,
  muted     VARCHAR(60) NOT NULL DEFAULT ''
);

-- Something that people should look at until it is over. At most one is open for a kind and subject: open_marker is 1, else NULL.
-- All instants are business time.
CREATE TABLE incident (
  id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind            VARCHAR(20)   NOT NULL, -- feed
  subject         VARCHAR(120)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  source_id       INT           NULL,
  conditions      VARCHAR(60)   NOT NULL, -- what is wrong, with commas between
  words           VARCHAR(1000) NOT NULL,
  customers       BIGINT        NOT NULL,
  since           DATETIME(6)   NOT NULL, -- from when on the data are in doubt
  opened_at       DATETIME(6)   NOT NULL,
  hold_until      DATETIME(6)   NULL,     -- timers of its customers wait no longer than this
  held            BOOLEAN       NOT NULL,
  state           VARCHAR(12)   NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
  owner           VARCHAR(100)  NULL,
  acknowledged_at DATETIME(6)   NULL,
  resolved_at     DATETIME(6)   NULL,
  resolved_by     VARCHAR(100)  NULL,
  cause           VARCHAR(500)  NULL,
  open_marker     TINYINT       NULL CHECK (open_marker = 1),
  UNIQUE KEY incident_open (kind, subject, open_marker), -- one open at most, whatever the replicas do
  KEY incident_of_source (source_id, since)              -- the past of a source
);

CREATE TABLE incident_entry (
  id          BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  incident_id BIGINT        NOT NULL,
  at          DATETIME(6)   NOT NULL,
  actor       VARCHAR(100)  NOT NULL,
  action      VARCHAR(20)   NOT NULL,
  text        VARCHAR(1000) NULL,
  KEY incident_entry_of (incident_id, id) -- the history of one
);
