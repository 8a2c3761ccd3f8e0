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
