-- A node that has another name now asks what it has told under the one before; nothing is taken of that
-- any more, not even what is still on its way.
-- KEYS: the living nodes, what the node has told. ARGV: the name before.
-- Gives the number of what it has told last, 0 when that is not known.
redis.call('ZREM', KEYS[1], ARGV[1])
return tonumber(redis.call('GET', KEYS[2]) or '0')
