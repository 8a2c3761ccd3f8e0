-- Incidents of a segment whose customers stopped coming, beside those of a feed. parent_id: of the incident of the segment that contains
-- this one, which explains it. missing_low, missing_high: an interval of 95%. detectable: the least drop that the segment shows soon.
ALTER TABLE incident
  ADD COLUMN parent_id    BIGINT NULL,
  ADD COLUMN segment_id   INT    NULL,
  ADD COLUMN slot_seconds INT    NULL, -- 86400: by the day, 3600: by the hour
  ADD COLUMN expected     DOUBLE NULL, -- visits since it began ...
  ADD COLUMN came         BIGINT NULL, -- ... and how many there were
  ADD COLUMN missing_low  DOUBLE NULL,
  ADD COLUMN missing_high DOUBLE NULL,
  ADD COLUMN dropped      DOUBLE NULL, -- share of the expected that is missing, 0 to 1
  ADD COLUMN detectable   DOUBLE NULL,
  ADD KEY incident_parent (parent_id);

-- Who is missing, as found when the incident was opened.
CREATE TABLE incident_customer (
  incident_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (incident_id, customer_id)
);

-- Named by segments, which may be longer than sources.
ALTER TABLE incident
  MODIFY subject VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;

-- What the missing customers of an incident share more than those who came, ranked by lift.
CREATE TABLE incident_trait (
  incident_id BIGINT       NOT NULL,
  place       INT          NOT NULL,
  trait       VARCHAR(200) NOT NULL, -- region=north, or last event=login_failed
  missing     BIGINT       NOT NULL, -- of those who are missing and have it
  of_missing  BIGINT       NOT NULL, -- of whom it is known
  present     BIGINT       NOT NULL, -- the same of those who came
  of_present  BIGINT       NOT NULL,
  lift        DOUBLE       NOT NULL,
  p           DOUBLE       NOT NULL,
  q           DOUBLE       NOT NULL, -- false discovery rate at which it would be listed
  PRIMARY KEY (incident_id, place)
);

-- Customers who have the watched values and the source of their use in common.
CREATE TABLE bell_cell (
  id        INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source_id INT          NOT NULL,
  cell_key  VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- JSON: name to value
  UNIQUE KEY bell_cell_key (source_id, cell_key)
);

-- How each customer is counted; see the class Attendance. Bit i of used_days: used on day used_day - i, and so by the hour.
ALTER TABLE customer_state
  ADD COLUMN cell_id    INT     NULL,
  ADD COLUMN away       BOOLEAN NULL,
  ADD COLUMN used_day   INT     NULL,
  ADD COLUMN used_days  BIGINT  NULL,
  ADD COLUMN used_hour  INT     NULL,
  ADD COLUMN used_hours BIGINT  NULL;

-- Customers whose cell is to be looked up anew.
CREATE TABLE bell_regroup (
  customer_id BIGINT NOT NULL PRIMARY KEY
);

-- What each batch changed in the counts, until it is added up.
CREATE TABLE bell_tally (
  id      BIGINT     NOT NULL AUTO_INCREMENT PRIMARY KEY,
  changes MEDIUMBLOB NOT NULL
);

-- Customers who came, by cell, day and days since their use before (g0: first, or first in 28 days); gone: who went away after it.
CREATE TABLE bell_count (
  day     INT NOT NULL, -- since 1970-01-01, of the calendar's zone
  cell_id INT NOT NULL,
  g0  INT NOT NULL, g1  INT NOT NULL, g2  INT NOT NULL, g3  INT NOT NULL, g4  INT NOT NULL, g5  INT NOT NULL, g6  INT NOT NULL,
  g7  INT NOT NULL, g8  INT NOT NULL, g9  INT NOT NULL, g10 INT NOT NULL, g11 INT NOT NULL, g12 INT NOT NULL, g13 INT NOT NULL,
  g14 INT NOT NULL, g15 INT NOT NULL, g16 INT NOT NULL, g17 INT NOT NULL, g18 INT NOT NULL, g19 INT NOT NULL, g20 INT NOT NULL,
  g21 INT NOT NULL, g22 INT NOT NULL, g23 INT NOT NULL, g24 INT NOT NULL, g25 INT NOT NULL, g26 INT NOT NULL, g27 INT NOT NULL,
  g28 INT NOT NULL,
  gone INT NOT NULL,
  PRIMARY KEY (day, cell_id)
);

-- Customers who were due that day and came in the hour (since the epoch).
CREATE TABLE bell_hour (
  hour    INT NOT NULL,
  cell_id INT NOT NULL,
  came    INT NOT NULL,
  PRIMARY KEY (hour, cell_id)
);

CREATE TABLE bell_segment (
  id          INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  segment_key VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE
);

-- What was seen of a segment in a slot: days (slot_seconds 86400) or hours (3600). Never changed; read again in order at each start.
CREATE TABLE bell_look (
  slot_seconds   INT     NOT NULL,
  slot           INT     NOT NULL,
  segment_id     INT     NOT NULL,
  due            INT     NOT NULL,
  came           INT     NOT NULL,
  expected       DOUBLE  NULL, -- share
  z              DOUBLE  NULL,
  own_z          DOUBLE  NULL,
  cusum          DOUBLE  NOT NULL,
  dropped        DOUBLE  NOT NULL,
  missing        DOUBLE  NOT NULL,
  overdispersion DOUBLE  NOT NULL,
  verdict        TINYINT NOT NULL, -- ordinal of Look.Verdict; the order never changes
  PRIMARY KEY (slot_seconds, slot, segment_id),
  KEY bell_look_of (segment_id, slot_seconds, slot) -- the chart of a segment
);

-- The next slot of each rhythm; NULL before the first. Locked by whoever looks, so that a slot is looked at once.
CREATE TABLE bell_progress (
  slot_seconds INT NOT NULL PRIMARY KEY,
  next_slot    INT NULL
);
INSERT INTO bell_progress (slot_seconds, next_slot) VALUES (86400, NULL), (3600, NULL);
