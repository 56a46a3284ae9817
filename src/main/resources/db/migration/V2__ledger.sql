-- Where several nodes share a database: one row for each call, as dev.bactrian.ledger.LedgerRow
-- describes it. Times and days are UTC. A node alone keeps its rows in its journal.
CREATE TABLE ledger (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  started_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  used_on DATE NOT NULL,
  key_id VARCHAR(200),
  owner VARCHAR(200),
  model_asked VARCHAR(200),
  model VARCHAR(200),
  provider VARCHAR(200),
  upstream_model VARCHAR(200),
  attempts INTEGER NOT NULL,
  failed_attempts VARCHAR(20000),
  prompt_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  cache_write_tokens BIGINT NOT NULL,
  completion_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  estimated BOOLEAN NOT NULL,
  cost_nanos BIGINT,
  currency VARCHAR(32),
  price_from DATE,
  first_token_ms BIGINT,
  duration_ms BIGINT,
  outcome VARCHAR(16) NOT NULL,
  error VARCHAR(64),
  status INTEGER NOT NULL,
  stream BOOLEAN NOT NULL
);
CREATE INDEX ledger_day ON ledger (used_on);

-- What all calls of a day came to, by what they have in common, an empty text for none. Written in
-- the transaction that stores the rows, or that moves the mark.
CREATE TABLE ledger_sums (
  used_on DATE NOT NULL,
  key_id VARCHAR(200) NOT NULL,
  owner VARCHAR(200) NOT NULL,
  model VARCHAR(200) NOT NULL,
  provider VARCHAR(200) NOT NULL,
  currency VARCHAR(32) NOT NULL,
  requests BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  estimated BIGINT NOT NULL,
  unpriced BIGINT NOT NULL,
  prompt_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  cache_write_tokens BIGINT NOT NULL,
  completion_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  cost_nanos BIGINT NOT NULL,
  PRIMARY KEY (key_id, used_on, owner, model, provider, currency)
);
CREATE INDEX ledger_sums_day ON ledger_sums (used_on);
CREATE INDEX ledger_sums_owner ON ledger_sums (owner, used_on);

-- One row: how far into the journal the sums of a node alone go.
CREATE TABLE ledger_mark (
  id INTEGER NOT NULL PRIMARY KEY,
  segment BIGINT NOT NULL,
  place BIGINT NOT NULL
);
