-- The margin that a save of one customer keeps, reckoned from what is known of it.
ALTER TABLE campaign ADD COLUMN value_formula VARCHAR(500) NULL;
