-- Versions of the operational calendar, never changed: states and receipts name the one they were measured by.
CREATE TABLE calendar (
  version    CHAR(16)     NOT NULL PRIMARY KEY, -- hash of the content
  document   MEDIUMTEXT   NOT NULL,             -- JSON, as shown
  created_at DATETIME(6)  NOT NULL,
  created_by VARCHAR(100) NOT NULL
);

-- Which one is in force: one row, share-locked by every batch, so that none mixes two. 'plain' needs no row above.
CREATE TABLE calendar_in_force (
  id      TINYINT      NOT NULL PRIMARY KEY CHECK (id = 1),
  version CHAR(16)     NOT NULL,
  since   DATETIME(6)  NOT NULL,
  set_by  VARCHAR(100) NOT NULL
);
INSERT INTO calendar_in_force (id, version, since, set_by)
VALUES (1, 'plain', UTC_TIMESTAMP(6), 'holdfast');

-- Up to which version everybody was asked to be scored anew: one row.
CREATE TABLE calendar_retimed (
  id      TINYINT  NOT NULL PRIMARY KEY CHECK (id = 1),
  version CHAR(16) NOT NULL
);
INSERT INTO calendar_retimed (id, version) VALUES (1, 'plain');
