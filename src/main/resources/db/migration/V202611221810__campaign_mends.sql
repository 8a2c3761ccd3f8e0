-- A forecast is of the campaign as it was then: whoever changes or resumes it has another. Those of today are made anew.
ALTER TABLE trigger_forecast
  DROP COLUMN settings_version,
  ADD COLUMN campaign_version BIGINT NOT NULL DEFAULT 0; -- campaign.version

-- A campaign for the customers of an incident has no level; what it had before there were versions said one.
DROP TRIGGER campaign_version_is_append_only_update;
UPDATE campaign_version v JOIN campaign c ON c.id = v.campaign_id
SET v.settings = JSON_COMPACT(JSON_REMOVE(v.settings, '$.enterThreshold', '$.leaveThreshold'))
WHERE c.incident_id IS NOT NULL AND v.number = 1
  AND v.why = 'as it was before settings had versions';
CREATE TRIGGER campaign_version_is_append_only_update BEFORE UPDATE ON campaign_version
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'campaign_version is append-only';
