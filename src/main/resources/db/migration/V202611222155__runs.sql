-- Files that are or were imported, for those who watch. Instants are the database's. The process that imports writes
-- seen_at every second or so; a run that is 'running' and was not seen for a while has lost its process.
CREATE TABLE import_run (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind        VARCHAR(10)  NOT NULL CHECK (kind IN ('events', 'customers')),
  file        VARCHAR(255) NOT NULL, -- its name, without folders
  map         VARCHAR(255) NOT NULL,
  source      VARCHAR(100) NULL,     -- of events
  started_by  VARCHAR(100) NOT NULL,
  state       VARCHAR(10)  NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  stage       VARCHAR(10)  NOT NULL CHECK (stage IN ('waiting', 'reading', 'applying')),
  row_count   BIGINT       NOT NULL DEFAULT 0, -- read so far
  applied     BIGINT       NOT NULL DEFAULT 0, -- events that were new; customers who were
  duplicate   BIGINT       NOT NULL DEFAULT 0,
  quarantined BIGINT       NOT NULL DEFAULT 0,
  erased      BIGINT       NOT NULL DEFAULT 0,
  rejected    BIGINT       NOT NULL DEFAULT 0, -- rows that the map does not take
  rejected_by VARCHAR(4000) NOT NULL DEFAULT '{}', -- JSON: the most frequent rules and how many rows broke them
  to_apply    BIGINT       NOT NULL DEFAULT 0, -- on the log and not applied yet, while stage is waiting or applying
  bytes_read  BIGINT       NOT NULL DEFAULT 0,
  bytes_total BIGINT       NOT NULL,
  problem     VARCHAR(1000) NULL,    -- why it failed
  started_at  DATETIME(6)  NOT NULL,
  seen_at     DATETIME(6)  NOT NULL,
  ended_at    DATETIME(6)  NULL
);

-- Campaigns tried on the past. running_marker is 1 while the service works on one: it works on one at a time. A run of
-- the command has none. seen_at as above.
CREATE TABLE campaign_replay (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  campaign_id    BIGINT       NOT NULL,
  version        INT          NOT NULL, -- of the campaign's settings
  threshold      DOUBLE       NULL,     -- that was tried instead of the campaign's
  from_day       DATE         NOT NULL,
  to_day         DATE         NOT NULL, -- the day after the last
  customers      INT          NOT NULL, -- that were asked for; 0: all
  model          VARCHAR(64)  NOT NULL,
  started_by     VARCHAR(100) NOT NULL,
  state          VARCHAR(10)  NOT NULL CHECK (state IN ('running', 'done', 'failed', 'broken-off')),
  running_marker TINYINT      NULL,
  share          DOUBLE       NOT NULL DEFAULT 0, -- of the histories that are read
  result         MEDIUMTEXT   NULL,     -- JSON
  problem        VARCHAR(1000) NULL,    -- why it failed
  started_at     DATETIME(6)  NOT NULL,
  seen_at        DATETIME(6)  NOT NULL,
  ended_at       DATETIME(6)  NULL,
  UNIQUE KEY campaign_replay_one (running_marker),
  KEY campaign_replay_campaign (campaign_id, id) -- those of a campaign, newest first
);
