-- The effect by the plan, read once: when as many parties as planned had matured. Counts only, of nobody in particular, so that it stays when customers are erased.
CREATE TABLE effect_reading (
  campaign_id      BIGINT       NOT NULL,
  run              INT          NOT NULL,
  treated          INT          NOT NULL,
  treated_churned  INT          NOT NULL,
  held_out         INT          NOT NULL,
  held_out_churned INT          NOT NULL,
  effect           DOUBLE       NOT NULL, -- in churn rate, with its 95 percent interval
  low              DOUBLE       NOT NULL,
  high             DOUBLE       NOT NULL,
  error            DOUBLE       NOT NULL,
  p                DOUBLE       NOT NULL,
  method           VARCHAR(10)  NOT NULL,
  read_at          DATETIME(6)  NOT NULL, -- business instant
  PRIMARY KEY (campaign_id, run),
  CHECK (0 <= treated_churned AND treated_churned <= treated),
  CHECK (0 <= held_out_churned AND held_out_churned <= held_out),
  CHECK (low <= effect AND effect <= high AND 0 <= p AND p <= 1)
);
CREATE TRIGGER effect_reading_is_append_only_update BEFORE UPDATE ON effect_reading
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'effect_reading is append-only';
CREATE TRIGGER effect_reading_is_append_only_delete BEFORE DELETE ON effect_reading
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'effect_reading is append-only';
