-- A receipt for every score that mattered: what it was computed from, and a number to quote it by.
-- A row is appended for each; the same customer, instant and model may stand in several, such as when a late event
-- changed the past.
ALTER TABLE risk_history
  DROP PRIMARY KEY,
  ADD COLUMN id          BIGINT          NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST,
  ADD COLUMN scored_at   DATETIME(6)     NULL AFTER as_of, -- business instant from which the score was in force
  ADD COLUMN medium_from DOUBLE          NULL,             -- edges of the bands then
  ADD COLUMN high_from   DOUBLE          NULL,
  ADD COLUMN levels      TEXT            NULL,             -- JSON: all watched levels then
  ADD COLUMN state       VARBINARY(4096) NULL;             -- as scored; NULL, as the three above, in rows older than receipts

UPDATE risk_history SET scored_at = as_of;

ALTER TABLE risk_history
  MODIFY COLUMN scored_at DATETIME(6) NOT NULL,
  ADD KEY risk_history_customer (customer_id, scored_at); -- the score in force at an instant, the receipts of a customer
