-- Ends what a call has taken, and counts what it came to; or nothing, when the node counts as dead.
-- KEYS: the living nodes, what this node has told; then for each bound its open calls, its minute, what it
--   has spent.
-- ARGV: node; number of this by the node's count; 1 when it ends a reservation; tokens and nanos reserved;
--   tokens and nanos used; when the call came in; when it was over, or empty when it has just ended; then for
--   each bound four: where the minute begins in which it was let in, where this day and this month begin,
--   the time zone.
-- What is not known is not begun: it will be read from the database, where this call is, too.
local function text(number)
  return string.format('%.0f', number)
end

local node, reserved = ARGV[1], ARGV[3] == '1'
local tokens, nanos, used, cost = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local started, over = tonumber(ARGV[8]), tonumber(ARGV[9])
if not redis.call('ZSCORE', KEYS[1], node) then
  return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'EX', 86400)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function spend(key, at)
  local s = redis.call('HMGET', key, 'zone', 'day', 'month', 'day_nanos', 'month_nanos', 'read')
  if not s[1] or (used == 0 and cost == 0) then
    return
  end
  -- Told late, and long over when this was read from the database: it is part of it.
  if over and tonumber(s[6]) > over + 2000 then
    return
  end
  redis.call('HINCRBY', key, 'changes', 1)
  redis.call('HSET', key, 'changed', text(now))
  redis.call('HINCRBY', key, 'nanos', text(cost))
  redis.call('HINCRBY', key, 'tokens', text(used))
  if s[1] ~= ARGV[at + 3] then
    return
  end
  local day, dayNanos = tonumber(s[2]), tonumber(s[4])
  if tonumber(ARGV[at + 1]) > day then
    day, dayNanos = tonumber(ARGV[at + 1]), 0
  end
  local month, monthNanos = tonumber(s[3]), tonumber(s[5])
  if tonumber(ARGV[at + 2]) > month then
    month, monthNanos = tonumber(ARGV[at + 2]), 0
  end
  dayNanos = started >= day and dayNanos + cost or dayNanos
  monthNanos = started >= month and monthNanos + cost or monthNanos
  redis.call('HSET', key, 'day', text(day), 'day_nanos', text(dayNanos), 'month', text(month), 'month_nanos', text(monthNanos))
end

for i = 1, (#KEYS - 2) / 3 do
  local key, at = 3 + (i - 1) * 3, 10 + (i - 1) * 4
  local own = reserved and redis.call('HGET', KEYS[key], node)
  if own then
    local calls, n, t = string.match(own, '(%-?%d+) (%-?%d+) (%-?%d+)')
    if calls - 1 <= 0 then
      redis.call('HDEL', KEYS[key], node)
    else
      redis.call('HSET', KEYS[key], node, text(calls - 1) .. ' ' .. text(n - nanos) .. ' ' .. text(t - tokens))
    end
  end
  if ARGV[at] ~= '' and redis.call('HGET', KEYS[key + 1], 'begin') == ARGV[at] then
    redis.call('HINCRBY', KEYS[key + 1], 'tokens', text(used - tokens))
  end
  spend(KEYS[key + 2], at)
end
return 1
