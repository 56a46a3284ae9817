-- A node lives; those of which nothing was heard for long are dead, and what they reserved is free.
-- KEYS: the living nodes. ARGV: node, milliseconds after which one is dead, 1 when it is new.
-- Gives 0 when this node counts as dead.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
if ARGV[3] ~= '1' and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
return 1
