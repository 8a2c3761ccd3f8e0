-- Whom a campaign is for: an expression over profile, activity and risk; empty for everybody.
ALTER TABLE campaign ADD COLUMN segment VARCHAR(2000) NOT NULL DEFAULT '';
