-- Deployment-wide settings, changed by people and audited.
CREATE TABLE setting (
  name       VARCHAR(100) NOT NULL PRIMARY KEY,
  value      TEXT         NOT NULL,
  changed_at DATETIME(6)  NOT NULL,
  changed_by VARCHAR(100) NOT NULL
);

-- The business clock: one row, shared by commands and replicas. mode is real, fixed or accelerated.
CREATE TABLE business_clock (
  id              TINYINT     NOT NULL PRIMARY KEY CHECK (id = 1),
  mode            VARCHAR(12) NOT NULL CHECK (mode IN ('real', 'fixed', 'accelerated')),
  business_anchor DATETIME(6) NULL,
  system_anchor   DATETIME(6) NULL,
  rate            DOUBLE      NOT NULL DEFAULT 1
);
INSERT INTO business_clock (id, mode) VALUES (1, 'real');

-- Messages decided in a transaction and sent after it. due_at moves forward while a relay holds the row; a sent row is deleted.
CREATE TABLE outbox (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  topic       VARCHAR(100) NOT NULL,
  message_key VARCHAR(200) NOT NULL,
  type        VARCHAR(100) NOT NULL,
  payload     MEDIUMTEXT   NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  due_at      DATETIME(6)  NOT NULL,
  attempts    INT          NOT NULL DEFAULT 0,
  KEY outbox_due (due_at, id) -- the relay's claim
);

-- Who may run a job that only one replica runs at a time; token fences off a stale owner.
CREATE TABLE lease (
  name        VARCHAR(100) NOT NULL PRIMARY KEY,
  owner       VARCHAR(100) NOT NULL,
  token       BIGINT       NOT NULL,
  lease_until DATETIME(6)  NOT NULL
);
