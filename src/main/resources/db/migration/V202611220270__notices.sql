-- Where a user reads mail, by the name that they sign in with, from the users table or elsewhere.
CREATE TABLE user_email (
  user_name  VARCHAR(100) NOT NULL PRIMARY KEY,
  address    VARCHAR(254) NOT NULL,
  changed_at DATETIME(6)  NOT NULL
);

-- ours: a fault of ours, so its customers are no leavers while it lasts. holding: some of them are held, or still to be held or released.
ALTER TABLE incident
  ADD COLUMN ours    BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN holding BOOLEAN NOT NULL DEFAULT FALSE,
  ADD KEY incident_holding (holding);

-- An e-mail about an incident, written in the transaction that is the occasion and sent after it; once for an incident, occasion and
-- recipient. A digest has the incident 0. created_at, not_before and sent_at are business instants; due_at is the system's and moves
-- forward while a relay holds the row. held-back: told by the next digest only; digested: it was.
CREATE TABLE notice (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  incident_id BIGINT       NOT NULL,
  occasion    VARCHAR(20)  NOT NULL, -- opened, assigned, resolved, or the day of a digest
  recipient   VARCHAR(100) NOT NULL, -- the name of a user
  title       VARCHAR(200) NOT NULL,
  body        MEDIUMTEXT   NOT NULL,
  urgent      BOOLEAN      NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  not_before  DATETIME(6)  NOT NULL,
  due_at      DATETIME(6)  NOT NULL,
  state       VARCHAR(10)  NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'held-back', 'digested')),
  attempts    INT          NOT NULL DEFAULT 0,
  why         VARCHAR(500) NULL,     -- it was not sent, or not at the last attempt
  sent_at     DATETIME(6)  NULL,
  UNIQUE KEY notice_once (incident_id, occasion, recipient),
  KEY notice_due (state, due_at, id),             -- the relay's claim, the digest
  KEY notice_recipient (recipient, created_at)    -- caps
);

-- The days whose digests are written.
CREATE TABLE notice_digest (
  day DATE NOT NULL PRIMARY KEY
);

-- A customer whom a fault of ours keeps away: silence counts up to silent_through and no further, and no timer acts past it. Last in the
-- index of the timers, so that a sweep passes those who are held without a look at their rows.
ALTER TABLE customer_state
  ADD COLUMN held_by        BIGINT      NULL, -- the incident
  ADD COLUMN silent_through DATETIME(6) NULL,
  DROP KEY customer_state_due,
  ADD KEY customer_state_due (source_id, next_due, partition_no, silent_through),
  ADD KEY customer_state_held (held_by, cell_id); -- who of a segment is not held yet, and who is to be released

-- A campaign for the customers of an incident: at most one of each.
ALTER TABLE campaign
  ADD COLUMN incident_id BIGINT NULL,
  ADD UNIQUE KEY campaign_of_incident (incident_id);
ALTER TABLE episode
  MODIFY COLUMN cause VARCHAR(10) NOT NULL CHECK (cause IN ('crossing', 'intake', 'incident'));

-- Whom such a campaign is for, until they are looked at. A customer who came after silent_since is not called any more.
CREATE TABLE invited (
  campaign_id  BIGINT      NOT NULL,
  customer_id  BIGINT      NOT NULL,
  silent_since DATETIME(6) NOT NULL,
  PRIMARY KEY (campaign_id, customer_id)
);
