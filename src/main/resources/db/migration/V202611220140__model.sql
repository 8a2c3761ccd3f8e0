CREATE TABLE model (
  id         INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  version    VARCHAR(64)  NOT NULL UNIQUE,
  created_at DATETIME(6)  NOT NULL,
  created_by VARCHAR(100) NOT NULL,
  gate       TEXT         NOT NULL, -- JSON: passed, and each rule with its figures
  champion   TINYINT      NULL UNIQUE CHECK (champion = 1) -- 1 for the serving version, NULL for the others
);

-- The same bytes as the version's folder.
CREATE TABLE model_file (
  model_id INT          NOT NULL,
  name     VARCHAR(100) NOT NULL,
  content  LONGBLOB     NOT NULL,
  PRIMARY KEY (model_id, name),
  CONSTRAINT model_file_model FOREIGN KEY (model_id) REFERENCES model (id)
);

CREATE TABLE promotion (
  id                BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  model_id          INT          NOT NULL,
  previous_model_id INT          NULL,
  promoted_at       DATETIME(6)  NOT NULL,
  promoted_by       VARCHAR(100) NOT NULL,
  reason            VARCHAR(500) NOT NULL
);
