CREATE TABLE user_account (
  id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name          VARCHAR(100) NOT NULL UNIQUE,
  password_hash VARCHAR(100) NOT NULL,
  roles         VARCHAR(200) NOT NULL,
  disabled      BOOLEAN      NOT NULL DEFAULT FALSE,
  created_at    DATETIME(6)  NOT NULL
);

-- Keys of machines. The secret is shown once and kept as SHA-256; prefix finds the row.
CREATE TABLE api_key (
  id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  prefix       CHAR(12)     NOT NULL UNIQUE,
  secret_hash  BINARY(32)   NOT NULL,
  name         VARCHAR(100) NOT NULL,
  roles        VARCHAR(200) NOT NULL,
  created_at   DATETIME(6)  NOT NULL,
  created_by   VARCHAR(100) NOT NULL,
  expires_at   DATETIME(6)  NULL,
  last_used_at DATETIME(6)  NULL,
  revoked_at   DATETIME(6)  NULL
);

CREATE TABLE audit (
  id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at      DATETIME(6)  NOT NULL,
  actor   VARCHAR(100) NOT NULL,
  action  VARCHAR(60)  NOT NULL,
  subject VARCHAR(200) NOT NULL,
  detail  TEXT         NULL
);
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit is append-only';
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit is append-only';
