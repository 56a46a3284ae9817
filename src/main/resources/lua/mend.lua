-- Sets what a subject has spent to what the database says, when it has been quiet for so long that all of
-- it is there; first asks whether that is so.
-- KEYS: the living nodes; the subject's open calls; what it has spent. ARGV: milliseconds of quiet; then
--   nothing, or the changes that were counted when it was asked, and what the database says: time zone,
--   begin of the day and of the month, nanos of the day, of the month and in all, tokens in all, when it
--   was read.
-- Gives the changes counted, -1 when it is not quiet or nothing is known.
local s = redis.call('HMGET', KEYS[3], 'zone', 'changes', 'changed')
if not s[1] then
  return -1
end
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(s[3] or '0') < tonumber(ARGV[1]) then
  return -1
end
for _, node in ipairs(redis.call('HKEYS', KEYS[2])) do
  if redis.call('ZSCORE', KEYS[1], node) then
    return -1
  end
end
local changes = s[2] or '0'
if ARGV[2] then
  if changes ~= ARGV[2] or s[1] ~= ARGV[3] then
    return -1
  end
  redis.call('HSET', KEYS[3], 'day', ARGV[4], 'month', ARGV[5], 'day_nanos', ARGV[6], 'month_nanos', ARGV[7],
    'nanos', ARGV[8], 'tokens', ARGV[9], 'read', ARGV[10])
end
return tonumber(changes)
