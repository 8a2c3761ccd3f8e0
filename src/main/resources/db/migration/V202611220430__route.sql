-- Calls counted by day, agent and what came of them, recounted for the days on which something new was heard: what an agent's past effect and the futile calls are read from.
CREATE TABLE call_tally (
  day         DATE         NOT NULL, -- business day, UTC
  agent       VARCHAR(100) NOT NULL,
  hour        TINYINT      NOT NULL, -- 0 to 23 where the customer is
  skill       VARCHAR(40)  NOT NULL, -- that the call asked for, empty for none
  reason      VARCHAR(60)  NOT NULL, -- that the customer gave, empty for none
  disposition VARCHAR(20)  NOT NULL,
  inbound     BOOLEAN      NOT NULL,
  calls       INT          NOT NULL,
  kept        INT          NOT NULL, -- of these, the customer came back soon after a mere conversation
  timed       INT          NOT NULL, -- of these, the length is known ...
  seconds     BIGINT       NOT NULL, -- ... and is this much together
  PRIMARY KEY (day, agent, hour, skill, reason, disposition, inbound)
);

-- Up to where outcomes are in the counts, and the day on which the last month was counted anew.
CREATE TABLE call_tally_progress (
  id         TINYINT NOT NULL PRIMARY KEY CHECK (id = 1),
  outcome_id BIGINT  NOT NULL,
  inbound_id BIGINT  NOT NULL,
  day        DATE    NOT NULL
);
INSERT INTO call_tally_progress VALUES (1, 0, 0, '1970-01-01');

-- Calls that customers made, as the contact centre reports them when they end.
CREATE TABLE inbound_call (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  call_key    VARCHAR(100) NOT NULL UNIQUE, -- the contact centre's own; a repeat changes nothing
  customer_id BIGINT       NULL,
  agent       VARCHAR(100) NOT NULL,
  skill       VARCHAR(40)  NOT NULL, -- of the queue
  reason      VARCHAR(60)  NULL,
  disposition VARCHAR(20)  NOT NULL,
  ended_at    DATETIME(6)  NOT NULL, -- business instant
  seconds     INT          NULL,
  exploration BOOLEAN      NOT NULL, -- the agent was drawn at random ...
  propensity  DOUBLE       NULL,     -- ... or by rank, with this probability
  recorded_at DATETIME(6)  NOT NULL,
  recorded_by VARCHAR(100) NOT NULL,
  KEY inbound_call_ended (ended_at),                 -- a day's calls
  KEY inbound_call_customer (customer_id, ended_at)  -- what happened lately
);

ALTER TABLE contact_attempt ADD KEY contact_attempt_at (at); -- a day's calls

-- Who calls from a number: its last nine digits without leading zeros, so that +86 and 0 before them do not matter.
ALTER TABLE contact_point
  ADD COLUMN number_key VARCHAR(9) AS
    (RIGHT(TRIM(LEADING '0' FROM REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(value, '+', ''), ' ', ''), '-', ''), '(', ''), ')', '')), 9)) PERSISTENT,
  ADD KEY contact_point_number (number_key, channel);

-- Outcomes that dialers reported, by a key of theirs or of the report itself: a repeat changes nothing.
CREATE TABLE outcome_report (
  report_key BINARY(16)  NOT NULL PRIMARY KEY,
  outcome_id BIGINT      NOT NULL,
  taken_at   DATETIME(6) NOT NULL
);

-- What a campaign's calls do, as learnt from its own hold-out; the highest version is in force.
CREATE TABLE campaign_effect (
  campaign_id BIGINT       NOT NULL,
  version     INT          NOT NULL,
  used        VARCHAR(10)  NOT NULL CHECK (used IN ('prior', 'average', 'uplift')),
  document    MEDIUMTEXT   NOT NULL, -- JSON: the average with its interval, the formula, the evidence
  created_at  DATETIME(6)  NOT NULL,
  created_by  VARCHAR(100) NOT NULL,
  PRIMARY KEY (campaign_id, version)
);
CREATE TRIGGER campaign_effect_is_append_only_update BEFORE UPDATE ON campaign_effect
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'campaign_effect is append-only';
CREATE TRIGGER campaign_effect_is_append_only_delete BEFORE DELETE ON campaign_effect
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'campaign_effect is append-only';

-- From what the priority of a task was reckoned.
ALTER TABLE call_task
  ADD COLUMN effect_from VARCHAR(10) NOT NULL DEFAULT 'prior' CHECK (effect_from IN ('prior', 'average', 'uplift'));
