-- A forecast is of the campaign as it was then: whoever changes or resumes it has another. Those of today are made anew.
ALTER TABLE trigger_forecast
  DROP COLUMN settings_version,
  ADD COLUMN campaign_version BIGINT NOT NULL DEFAULT 0; -- campaign.version
