-- What a call may offer, in words: JSON, one text for each language in the order of the campaign; NULL: none.
ALTER TABLE campaign ADD COLUMN offer TEXT NULL;
ALTER TABLE campaign_version MODIFY COLUMN settings TEXT NOT NULL; -- JSON, all of them
