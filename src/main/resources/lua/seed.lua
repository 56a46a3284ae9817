-- What was spent before, as the database has it; unless another node was quicker.
-- KEYS: what a subject has spent. ARGV: time zone, begin of the day and of the month, nanos of the day, of
-- the month and in all, tokens in all, when it was read.
if redis.call('HGET', KEYS[1], 'zone') == ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'zone', ARGV[1], 'day', ARGV[2], 'month', ARGV[3], 'day_nanos', ARGV[4],
  'month_nanos', ARGV[5], 'nanos', ARGV[6], 'tokens', ARGV[7], 'read', ARGV[8])
redis.call('EXPIRE', KEYS[1], 86400)
return 1
