-- People who signed in with a browser. The token is in a cookie; here is only its digest.
CREATE TABLE browser_session (
  token_digest BINARY(32)   NOT NULL PRIMARY KEY,
  user_name    VARCHAR(100) NOT NULL,
  created_at   DATETIME(6)  NOT NULL, -- system instants
  seen_at      DATETIME(6)  NOT NULL, -- to the minute or so
  KEY of_user (user_name),            -- ended with a new password
  KEY by_age (seen_at)                -- swept when nobody comes back
);

-- The search box finds customers by the beginning of a name, and parties by that of a number.
ALTER TABLE customer
  ADD COLUMN shown_name VARCHAR(100) AS (LEFT(JSON_VALUE(profile, '$.name'), 100)) VIRTUAL,
  ADD KEY customer_shown_name (shown_name);
ALTER TABLE contact_point
  ADD KEY contact_point_value (value);

-- What somebody has done in a shift.
ALTER TABLE outcome
  ADD KEY outcome_by (recorded_by, recorded_at);
