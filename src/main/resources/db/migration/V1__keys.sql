-- Clients' keys and their owners, as dev.bactrian.key describes them. Times are milliseconds since 1970.

-- One row. Whoever changes keys or owners counts `changes` up in the same transaction and writes the
-- number beside what was changed; so numbers become visible in their order, and nodes see what is new.
-- What is deleted stays, since the ledger and other nodes may ask for it.
CREATE TABLE gateway (
  id INTEGER NOT NULL PRIMARY KEY,
  changes BIGINT NOT NULL,
  model_limits VARCHAR(20000),
  secret VARCHAR(64),
  fingerprint VARCHAR(64)
);
INSERT INTO gateway (id, changes) VALUES (1, 0);

CREATE TABLE owners (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  disabled BOOLEAN NOT NULL,
  deleted BOOLEAN NOT NULL,
  rules VARCHAR(20000) NOT NULL,
  created_at BIGINT NOT NULL,
  changed BIGINT NOT NULL
);
CREATE INDEX owners_changed ON owners (changed);

CREATE TABLE client_keys (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  owner_id VARCHAR(64) REFERENCES owners (id),
  disabled BOOLEAN NOT NULL,
  deleted BOOLEAN NOT NULL,
  expires_at BIGINT,
  rules VARCHAR(20000) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  old_hash VARCHAR(64),
  old_until BIGINT,
  created_at BIGINT NOT NULL,
  changed BIGINT NOT NULL
);
CREATE INDEX client_keys_changed ON client_keys (changed);
CREATE INDEX client_keys_owner ON client_keys (owner_id);

-- What keys and owners have used, by quarters of an hour since 1970, which fit into the days of any
-- time zone. Written together with the ledger's rows.
CREATE TABLE spent (
  subject VARCHAR(80) NOT NULL,
  quarter BIGINT NOT NULL,
  nanos BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  PRIMARY KEY (subject, quarter)
);
