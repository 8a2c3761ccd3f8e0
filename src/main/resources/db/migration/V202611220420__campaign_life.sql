-- A campaign is written down, runs, rests and ends; each change of its settings is a version.
ALTER TABLE campaign
  MODIFY COLUMN state VARCHAR(10) NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'ended')),
  ADD COLUMN settings_version INT  NOT NULL DEFAULT 1, -- the newest of campaign_version
  ADD COLUMN starts_with   VARCHAR(4000) NULL, -- JSON: the event that opens episodes; NULL: risk or an incident does
  ADD COLUMN channels      VARCHAR(200) NOT NULL DEFAULT '', -- in their order, commas between; empty: as each party is used to
  ADD COLUMN cloned_from   BIGINT       NULL,
  ADD COLUMN evidence      VARCHAR(2000) NULL, -- JSON: what was known of the effect of cloned_from then
  ADD COLUMN started_at    DATETIME(6)  NULL,  -- business instants
  ADD COLUMN ended_at      DATETIME(6)  NULL,
  ADD COLUMN end_reason    VARCHAR(500) NULL;
UPDATE campaign SET started_at = created_at WHERE state <> 'draft';

-- Every settings a campaign ever had.
CREATE TABLE campaign_version (
  campaign_id BIGINT        NOT NULL,
  number      INT           NOT NULL,
  settings    VARCHAR(8000) NOT NULL, -- JSON, all of them
  set_at      DATETIME(6)   NOT NULL, -- business instant
  set_by      VARCHAR(100)  NOT NULL,
  why         VARCHAR(500)  NOT NULL,
  PRIMARY KEY (campaign_id, number)
);
INSERT INTO campaign_version (campaign_id, number, settings, set_at, set_by, why)
SELECT id, 1,
       JSON_COMPACT(JSON_MERGE_PATCH(
         JSON_OBJECT('name', name, 'enterThreshold', enter_threshold, 'leaveThreshold', leave_threshold,
                     'holdOutShare', hold_out_share, 'coolDownDays', cool_down_days, 'capacityMinutes', capacity_minutes,
                     'intake', intake, 'customerValue', customer_value, 'offerCost', offer_cost,
                     'contactCost', contact_cost, 'minutesPerCall', minutes_per_call, 'segment', segment),
         JSON_OBJECT('valueField', value_field, 'skill', skill))),
       created_at, created_by, 'as it was before settings had versions'
FROM campaign;
CREATE TRIGGER campaign_version_is_append_only_update BEFORE UPDATE ON campaign_version
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'campaign_version is append-only';
CREATE TRIGGER campaign_version_is_append_only_delete BEFORE DELETE ON campaign_version
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'campaign_version is append-only';

ALTER TABLE episode
  MODIFY COLUMN cause VARCHAR(10) NOT NULL CHECK (cause IN ('crossing', 'intake', 'incident', 'event')),
  ADD KEY episode_open_since (campaign_id, open_marker, opened_at); -- those that time or the campaign's end closes

-- A forecast is of the customers for whom the campaign was then.
ALTER TABLE trigger_forecast ADD COLUMN settings_version INT NOT NULL DEFAULT 1;
