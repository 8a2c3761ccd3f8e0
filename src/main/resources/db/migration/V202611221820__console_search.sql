-- Names are found in whatever case they are typed; the column is computed and the index made anew.
ALTER TABLE customer
  DROP KEY customer_shown_name,
  DROP COLUMN shown_name,
  ADD COLUMN shown_name VARCHAR(100) COLLATE utf8mb4_general_ci AS (LEFT(JSON_VALUE(profile, '$.name'), 100)) VIRTUAL,
  ADD KEY customer_shown_name (shown_name);
