-- Two international numbers are compared in full: number_before is what stands before the last nine digits of one; NULL: not
-- international, or unknown, so it is compared by its end. number_tail finds those that may be the same, short ones too.
ALTER TABLE do_not_contact
  ADD COLUMN number_before VARCHAR(6) NULL,
  ADD COLUMN number_tail VARCHAR(7) AS (RIGHT(number_key, 7)) PERSISTENT,
  ADD KEY do_not_contact_tail (number_tail, lifted_at),
  DROP KEY do_not_contact_number;
