-- The person or household that is contacted and randomised.
CREATE TABLE party (
  id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  zone       VARCHAR(64) NULL,
  created_at DATETIME(6) NOT NULL,
  version    BIGINT      NOT NULL DEFAULT 0
);

-- The unit that is scored: a line, subscription or account.
CREATE TABLE customer (
  id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  party_id   BIGINT      NOT NULL,
  profile    TEXT        NULL, -- a JSON object of plain values
  created_at DATETIME(6) NOT NULL,
  version    BIGINT      NOT NULL DEFAULT 0,
  KEY customer_party (party_id),
  CONSTRAINT customer_has_party FOREIGN KEY (party_id) REFERENCES party (id)
);

-- External names of a customer. Numbers are recycled, so each holds for [valid_from, valid_to).
CREATE TABLE customer_identifier (
  namespace   VARCHAR(40)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  value       VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  valid_from  DATETIME(6)  NOT NULL,
  valid_to    DATETIME(6)  NULL,
  customer_id BIGINT       NOT NULL,
  PRIMARY KEY (namespace, value, valid_from),
  KEY customer_identifier_customer (customer_id)
);

CREATE TABLE contact_point (
  party_id BIGINT       NOT NULL,
  channel  VARCHAR(20)  NOT NULL, -- phone, email, sms, ...
  value    VARCHAR(200) NOT NULL,
  since    DATETIME(6)  NOT NULL,
  PRIMARY KEY (party_id, channel, value)
);

-- Append-only; the newest row per (party, channel, purpose) holds. channel '*' is every channel.
CREATE TABLE consent (
  id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  party_id BIGINT       NOT NULL,
  channel  VARCHAR(20)  NOT NULL,
  purpose  VARCHAR(40)  NOT NULL,
  granted  BOOLEAN      NOT NULL,
  since    DATETIME(6)  NOT NULL,
  origin   VARCHAR(100) NOT NULL,
  KEY consent_party (party_id, channel, purpose, id)
);
