-- Attempts to reach a party that count for another one too: of those who were one party, and are not any more, nobody
-- knows who answered. A copy, for the attempt itself may be erased with the party that it went to.
CREATE TABLE attempt_shared (
  party_id   BIGINT      NOT NULL, -- for which it counts too
  attempt_id BIGINT      NOT NULL,
  channel    VARCHAR(20) NOT NULL,
  at         DATETIME(6) NOT NULL, -- business instant
  PRIMARY KEY (party_id, attempt_id)
);
