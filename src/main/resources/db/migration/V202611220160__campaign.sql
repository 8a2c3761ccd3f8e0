CREATE TABLE campaign (
  id                BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name              VARCHAR(100) NOT NULL UNIQUE,
  state             VARCHAR(10)  NOT NULL CHECK (state IN ('running', 'paused', 'ended')),
  enter_threshold   DOUBLE       NOT NULL,
  leave_threshold   DOUBLE       NOT NULL,
  hold_out_share    DOUBLE       NOT NULL,
  cool_down_days    INT          NOT NULL,
  capacity_minutes  INT          NOT NULL, -- agent minutes a day: the length of today's list
  intake            INT          NOT NULL, -- customers a day admitted who already stand above the threshold
  customer_value    DOUBLE       NOT NULL,
  offer_cost        DOUBLE       NOT NULL,
  contact_cost      DOUBLE       NOT NULL,
  minutes_per_call  DOUBLE       NOT NULL,
  salt              BINARY(16)   NOT NULL, -- of the current run; decides the arm of a party
  run               INT          NOT NULL,
  created_at        DATETIME(6)  NOT NULL,
  created_by        VARCHAR(100) NOT NULL,
  version           BIGINT       NOT NULL DEFAULT 0,
  CHECK (0 < leave_threshold AND leave_threshold < enter_threshold AND enter_threshold < 1),
  CHECK (0 <= hold_out_share AND hold_out_share <= 0.9)
);

-- A party at risk, from crossing to return. open_marker is 1 while open, so a party has at most one open episode a campaign.
CREATE TABLE episode (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  campaign_id  BIGINT       NOT NULL,
  run          INT          NOT NULL,
  party_id     BIGINT       NOT NULL,
  customer_id  BIGINT       NOT NULL,
  cause        VARCHAR(10)  NOT NULL CHECK (cause IN ('crossing', 'intake')),
  risk         DOUBLE       NOT NULL,
  model_id     INT          NOT NULL,
  arm          VARCHAR(10)  NOT NULL CHECK (arm IN ('treatment', 'hold-out')),
  opened_at    DATETIME(6)  NOT NULL,
  closed_at    DATETIME(6)  NULL,
  close_reason VARCHAR(40)  NULL,
  open_marker  TINYINT      NULL,
  UNIQUE KEY episode_one_open (campaign_id, party_id, open_marker),
  KEY episode_customer (customer_id, open_marker),           -- a customer comes back
  KEY episode_party (party_id, campaign_id, opened_at)       -- cool-down
);

-- The hold-out ledger: internal ids only, never changed.
CREATE TABLE ledger (
  episode_id      BIGINT      NOT NULL PRIMARY KEY,
  campaign_id     BIGINT      NOT NULL,
  run             INT         NOT NULL,
  party_id        BIGINT      NOT NULL,
  customer_id     BIGINT      NOT NULL,
  arm             VARCHAR(10) NOT NULL,
  treatment_share DOUBLE      NOT NULL,
  assigned_at     DATETIME(6) NOT NULL,
  KEY ledger_campaign (campaign_id, run, arm),
  KEY ledger_assigned (campaign_id, assigned_at) -- today's intake
);
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger is append-only';
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger is append-only';

CREATE TABLE call_task (
  id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  campaign_id   BIGINT        NOT NULL,
  episode_id    BIGINT        NOT NULL UNIQUE,
  party_id      BIGINT        NOT NULL,
  customer_id   BIGINT        NOT NULL,
  state         VARCHAR(10)   NOT NULL CHECK (state IN ('pending', 'done', 'cancelled')),
  risk          DOUBLE        NOT NULL,
  reasons       VARCHAR(1000) NOT NULL,
  created_at    DATETIME(6)   NOT NULL,
  finished_at   DATETIME(6)   NULL,
  finish_reason VARCHAR(40)   NULL,
  KEY call_task_list (campaign_id, state, risk),  -- today's list
  KEY call_task_party (party_id, state)           -- cancel on return
);

CREATE TABLE outcome (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  call_task_id BIGINT       NOT NULL,
  disposition  VARCHAR(20)  NOT NULL,
  note         VARCHAR(500) NULL,
  recorded_at  DATETIME(6)  NOT NULL,
  recorded_by  VARCHAR(100) NOT NULL,
  KEY outcome_task (call_task_id)
);
