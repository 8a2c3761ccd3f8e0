-- Versions of the contact policy, never changed; the highest is in force, without any the one that ships.
CREATE TABLE contact_policy (
  version    BIGINT       NOT NULL PRIMARY KEY,
  document   MEDIUMTEXT   NOT NULL, -- JSON, as shown
  owner      VARCHAR(100) NOT NULL,
  created_at DATETIME(6)  NOT NULL,
  created_by VARCHAR(100) NOT NULL
);
CREATE TRIGGER contact_policy_is_append_only_update BEFORE UPDATE ON contact_policy
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'contact_policy is append-only';
CREATE TRIGGER contact_policy_is_append_only_delete BEFORE DELETE ON contact_policy
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'contact_policy is append-only';

-- Who must not be contacted at all: a party, or whoever answers a number. Never deleted; lifted by a person.
CREATE TABLE do_not_contact (
  id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  party_id    BIGINT       NULL,
  number_key  VARCHAR(9)   NULL, -- the last nine digits, so that +86 and 0 before them do not matter
  since       DATETIME(6)  NOT NULL,
  origin      VARCHAR(100) NOT NULL,
  recorded_by VARCHAR(100) NOT NULL,
  lifted_at   DATETIME(6)  NULL,
  lifted_by   VARCHAR(100) NULL,
  lift_reason VARCHAR(200) NULL,
  CHECK ((party_id IS NULL) <> (number_key IS NULL)),
  KEY do_not_contact_party (party_id, lifted_at),
  KEY do_not_contact_number (number_key, lifted_at)
);

-- Each time that we try to reach a party, on whatever channel: what caps and waits are counted from.
CREATE TABLE contact_attempt (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  party_id     BIGINT       NOT NULL,
  call_task_id BIGINT       NOT NULL,
  channel      VARCHAR(20)  NOT NULL,
  at           DATETIME(6)  NOT NULL, -- business instant
  actor        VARCHAR(100) NOT NULL,
  KEY contact_attempt_party (party_id, at),
  KEY contact_attempt_task (call_task_id, id)
);

-- What the policy forbade when somebody was about to contact, and by which rule.
CREATE TABLE contact_block (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at           DATETIME(6)  NOT NULL,
  party_id     BIGINT       NOT NULL,
  call_task_id BIGINT       NOT NULL,
  stage        VARCHAR(10)  NOT NULL CHECK (stage IN ('claim', 'call')),
  rule         VARCHAR(30)  NOT NULL,
  reason       VARCHAR(300) NOT NULL,
  until        DATETIME(6)  NULL,
  policy       BIGINT       NOT NULL, -- version of the policy
  KEY contact_block_party (party_id, at),
  KEY contact_block_task (call_task_id)
);

-- An outcome belongs to an attempt. A correction is a further row that says which one it supersedes.
ALTER TABLE outcome
  ADD COLUMN attempt_id   BIGINT      NULL,
  ADD COLUMN reason       VARCHAR(60) NULL, -- why, from the list of the desk
  ADD COLUMN call_back_at DATETIME(6) NULL, -- when the party wants to be called
  ADD COLUMN supersedes   BIGINT      NULL,
  ADD UNIQUE KEY outcome_superseded (supersedes), -- a row is corrected once; its correction may be too
  ADD KEY outcome_attempt (attempt_id);

INSERT INTO contact_attempt (party_id, call_task_id, channel, at, actor)
SELECT t.party_id, o.call_task_id, 'phone', o.recorded_at, o.recorded_by
FROM outcome o JOIN call_task t ON t.id = o.call_task_id ORDER BY o.id;
UPDATE outcome o JOIN contact_attempt a
  ON a.call_task_id = o.call_task_id AND a.at = o.recorded_at
SET o.attempt_id = a.id;
