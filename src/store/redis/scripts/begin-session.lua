-- An operator's session begins; when too many live that began with the same, the oldest of them ends: 'OK'
--   KEYS[1] the session
--   KEYS[2] the sessions that began with the same
--   ARGV[1] who has it, JSON
--   ARGV[2] how long it lives, ms
--   ARGV[3] how long it lives unused, ms
--   ARGV[4] how many there may be
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[2])

-- What ended of itself is still among them, and takes nobody's place.
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then
  for _, session in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if redis.call('EXISTS', session) == 0 then redis.call('ZREM', KEYS[2], session) end
  end
end
while redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) do
  redis.call('DEL', redis.call('ZPOPMIN', KEYS[2])[1])
end

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'who', ARGV[1], 'ends', ends, 'idle', ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[2]), tonumber(ARGV[3])))
redis.call('ZADD', KEYS[2], string.format('%.0f', time[1] * 1000000 + time[2]), KEYS[1])
-- As long as the last of them may live.
redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), tonumber(ARGV[2])))
return 'OK'
