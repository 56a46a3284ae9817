-- One row for each call, as dev.bactrian.ledger.LedgerRow describes it. Times and days are UTC.
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

-- What usage is asked for by: a key's own, an owner's, and all of some days.
CREATE INDEX ledger_key ON ledger (key_id, used_on);
CREATE INDEX ledger_owner ON ledger (owner, used_on);
CREATE INDEX ledger_day ON ledger (used_on);
