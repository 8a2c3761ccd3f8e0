-- What a run of a campaign must reach before its effect is read; fixed once, from what was known before any outcome.
CREATE TABLE effect_plan (
  campaign_id     BIGINT       NOT NULL,
  run             INT          NOT NULL,
  base_churn      DOUBLE       NOT NULL, -- expected of the hold-out
  smallest_effect DOUBLE       NOT NULL, -- worth knowing, in churn rate
  treatment_share DOUBLE       NOT NULL,
  fixed_at        DATETIME(6)  NOT NULL,
  PRIMARY KEY (campaign_id, run),
  CHECK (0 < base_churn AND base_churn < 1 AND 0 < smallest_effect AND smallest_effect <= base_churn),
  CHECK (0 < treatment_share AND treatment_share < 1)
);
CREATE TRIGGER effect_plan_is_append_only_update BEFORE UPDATE ON effect_plan
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'effect_plan is append-only';
CREATE TRIGGER effect_plan_is_append_only_delete BEFORE DELETE ON effect_plan
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'effect_plan is append-only';
