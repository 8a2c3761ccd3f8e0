-- What decides who may claim a task, and the order.
ALTER TABLE call_task
  ADD COLUMN customer_value DOUBLE     NULL,                -- margin kept by a save; NULL: the campaign's
  ADD COLUMN minutes       DOUBLE      NOT NULL DEFAULT 8,  -- agent minutes of the call
  ADD COLUMN priority      DOUBLE      NOT NULL DEFAULT 0,  -- expected gain per agent minute
  ADD COLUMN lot           DOUBLE      NOT NULL DEFAULT 0.5,-- [0, 1), drawn once: the order of exploration
  ADD COLUMN language      VARCHAR(20) NULL,                -- of the party, NULL: any agent
  ADD COLUMN skill         VARCHAR(40) NULL,                -- that the campaign asks for, NULL: any agent
  ADD COLUMN ready         BOOLEAN     NOT NULL DEFAULT TRUE, -- false while claimed or waiting
  ADD COLUMN waiting_until DATETIME(6) NULL,                -- business instant from which it is ready again
  ADD KEY call_task_queue (state, ready, priority, language, skill), -- the next task
  ADD KEY call_task_lot (state, ready, lot, language, skill),        -- a task at random
  ADD KEY call_task_waiting (state, ready, waiting_until, priority); -- those whose wait is over, best first

UPDATE call_task t JOIN campaign c ON c.id = t.campaign_id
SET t.minutes = c.minutes_per_call,
    t.lot = CONV(SUBSTR(MD5(CONCAT('lot:', t.episode_id)), 1, 12), 16, 10) / 281474976710656,
    t.priority = (0.3 * t.risk * (c.customer_value - c.offer_cost) - (1 - t.risk) * c.offer_cost - c.contact_cost)
                 / c.minutes_per_call;

ALTER TABLE campaign
  ADD COLUMN value_field VARCHAR(40) NULL, -- field of the profile with the margin of this customer
  ADD COLUMN skill       VARCHAR(40) NULL; -- that an agent needs for its calls

-- What a user with the role agent can do at the desk.
CREATE TABLE desk_agent (
  name       VARCHAR(100) NOT NULL PRIMARY KEY,
  languages  VARCHAR(400) NOT NULL, -- words with commas between; empty for whoever speaks what all speak
  skills     VARCHAR(400) NOT NULL,
  updated_at DATETIME(6)  NOT NULL,
  updated_by VARCHAR(100) NOT NULL
);

CREATE TABLE desk_shift (
  id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  agent      VARCHAR(100) NOT NULL,
  starts_at  DATETIME(6)  NOT NULL,
  ends_at    DATETIME(6)  NOT NULL,
  minutes    INT          NOT NULL, -- of calls within it, breaks left out
  created_by VARCHAR(100) NOT NULL,
  CHECK (ends_at > starts_at AND minutes > 0),
  KEY desk_shift_time (ends_at, starts_at)
);

-- Who has which task in hand. open_marker is 1 while open: a party is in one pair of hands at a time.
CREATE TABLE desk_claim (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  call_task_id BIGINT       NOT NULL,
  party_id     BIGINT       NOT NULL,
  agent        VARCHAR(100) NOT NULL,
  claimed_at   DATETIME(6)  NOT NULL, -- business instant
  lease_until  DATETIME(6)  NOT NULL, -- system instant
  exploration  BOOLEAN      NOT NULL, -- drawn at random instead of by priority
  propensity   DOUBLE       NOT NULL, -- with which this task was drawn then, (0, 1]
  called_at    DATETIME(6)  NULL,     -- business instant
  ended_at     DATETIME(6)  NULL,
  end_reason   VARCHAR(20)  NULL,
  open_marker  TINYINT      NULL,
  UNIQUE KEY desk_claim_party (party_id, open_marker),
  UNIQUE KEY desk_claim_task (call_task_id, open_marker),
  KEY desk_claim_agent (agent, open_marker),
  KEY desk_claim_lease (open_marker, lease_until) -- those that ran out
);
