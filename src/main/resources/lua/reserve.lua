-- Takes what one call needs of all its bounds, or nothing. All nodes go by this server's clock.
-- KEYS: the living nodes; then for each bound its open calls, its minute, what it has spent.
-- ARGV: node, tokens and nanos that may be used; then for each bound ten: calls at a time, requests and
--   tokens a minute, budget of a day, a month and in all, tokens in all, where the day and the month
--   begin, the time zone. Empty where there is none.
-- Gives: 0 taken, 1 no room, 2 what was spent is not here, 3 the node counts as dead; the bound; what has
--   no room; milliseconds until it may have; then for each bound looked at six: where its minute begins,
--   limit and rest of requests, limit and rest of tokens, milliseconds until they are whole again.
local MINUTE = 60000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local node, tokens, nanos = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not redis.call('ZSCORE', KEYS[1], node) then
  return {3, 0, '', 0}
end
local bounds = (#KEYS - 1) / 3
local states, answer = {}, {0, 0, '', 0}

-- A number as text, for those of Lua lose digits or turn into powers of ten.
local function text(number)
  return string.format('%.0f', number)
end

local function refuse(status, bound, what, wait)
  answer[1], answer[2], answer[3], answer[4] = status, bound - 1, what, wait
  return answer
end

-- What calls of all living nodes have reserved, and those of this node apart.
local function reserved(key)
  local all, own = {0, 0, 0}, {0, 0, 0}
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    if redis.call('ZSCORE', KEYS[1], fields[i]) then
      local calls, n, t = string.match(fields[i + 1], '(%-?%d+) (%-?%d+) (%-?%d+)')
      all = {all[1] + calls, all[2] + n, all[3] + t}
      if fields[i] == node then
        own = {tonumber(calls), tonumber(n), tonumber(t)}
      end
    else
      redis.call('HDEL', key, fields[i])
    end
  end
  return all, own
end

-- Which part of a budget has no room, nil if all have.
local function exhausted(key, at, open)
  local s = redis.call('HMGET', key, 'zone', 'day', 'month', 'day_nanos', 'month_nanos', 'nanos', 'tokens')
  if s[1] ~= ARGV[at + 9] then
    return 'unknown'
  end
  local day = tonumber(s[2]) < tonumber(ARGV[at + 7]) and 0 or tonumber(s[4])
  local month = tonumber(s[3]) < tonumber(ARGV[at + 8]) and 0 or tonumber(s[5])
  local more = open[2] + nanos
  local function over(amount, bound)
    return bound and amount > bound
  end
  if over(day + more, tonumber(ARGV[at + 3])) then
    return 'day'
  elseif over(month + more, tonumber(ARGV[at + 4])) then
    return 'month'
  elseif over(s[6] + more, tonumber(ARGV[at + 5])) then
    return 'total'
  elseif over(s[7] + open[3] + tokens, tonumber(ARGV[at + 6])) then
    return 'total_tokens'
  end
end

for i = 1, bounds do
  local at, key = 4 + (i - 1) * 10, 2 + (i - 1) * 3
  local most, requests, perMinute = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local open, own = reserved(KEYS[key])
  if most and open[1] + 1 > most then
    return refuse(1, i, 'concurrent', 1000)
  end
  local minute = redis.call('HMGET', KEYS[key + 1], 'begin', 'requests', 'tokens')
  local begin, used, usedTokens = tonumber(minute[1]), tonumber(minute[2]), tonumber(minute[3])
  if not begin or now - begin >= MINUTE then
    begin, used, usedTokens = now, 0, 0
  end
  local rest = begin + MINUTE - now
  local fits = not requests or used + 1 <= requests
  local at6 = 4 + (i - 1) * 6
  answer[at6 + 1] = text(begin)
  answer[at6 + 2] = requests and text(requests) or ''
  answer[at6 + 3] = requests and text(math.max(0, requests - used - (fits and 1 or 0))) or ''
  answer[at6 + 4] = perMinute and text(perMinute) or ''
  answer[at6 + 5] = perMinute and text(math.max(0, perMinute - usedTokens)) or ''
  answer[at6 + 6] = rest
  if not fits then
    return refuse(1, i, 'requests', rest)
  end
  if perMinute and tokens > perMinute then
    return refuse(1, i, 'large', 0)
  end
  if perMinute and usedTokens + tokens > perMinute then
    return refuse(1, i, 'tokens', rest)
  end
  if perMinute then
    answer[at6 + 5] = text(perMinute - usedTokens - tokens)
  end
  local budget = ARGV[at + 3] ~= '' or ARGV[at + 4] ~= '' or ARGV[at + 5] ~= '' or ARGV[at + 6] ~= ''
  if budget then
    local what = exhausted(KEYS[key + 2], at, open)
    if what == 'unknown' then
      return refuse(2, i, '', 0)
    elseif what then
      return refuse(1, i, what, 0)
    end
  end
  states[i] = {begin, used + 1, usedTokens + tokens, own, budget}
end

for i = 1, bounds do
  local key, state = 2 + (i - 1) * 3, states[i]
  local own = state[4]
  redis.call('HSET', KEYS[key], node, text(own[1] + 1) .. ' ' .. text(own[2] + nanos) .. ' ' .. text(own[3] + tokens))
  redis.call('EXPIRE', KEYS[key], 86400)
  redis.call('HSET', KEYS[key + 1], 'begin', text(state[1]), 'requests', text(state[2]), 'tokens', text(state[3]))
  redis.call('PEXPIRE', KEYS[key + 1], 2 * MINUTE)
  if state[5] then
    redis.call('EXPIRE', KEYS[key + 2], 86400)
  end
end
return answer
