-- A challenger is scored beside the champion and acts on nobody. The number is its place, so that there are at most three.
ALTER TABLE model ADD COLUMN challenger TINYINT NULL UNIQUE CHECK (challenger BETWEEN 1 AND 3);

-- How the version came to serve: by promotion, or back again by a person's rollback or by the fall-back rule.
ALTER TABLE promotion ADD COLUMN kind VARCHAR(10) NOT NULL DEFAULT 'promotion'
  CHECK (kind IN ('promotion', 'rollback', 'fall-back'));
