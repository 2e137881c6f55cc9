-- A mini-program session begins: { since when, when it ends unless it is used, when it ends at the latest }, all ms
--   KEYS[1] the session
--   ARGV[1] openid
--   ARGV[2] unionid, or nothing
--   ARGV[3] the sealed session_key
--   ARGV[4] how long it lives unused, ms
--   ARGV[5] how long it lives, ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local started = string.format('%.0f', now)
local ends = string.format('%.0f', now + ARGV[5])
local expires = string.format('%.0f', now + math.min(tonumber(ARGV[4]), tonumber(ARGV[5])))

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'openid', ARGV[1], 'unionid', ARGV[2], 'key', ARGV[3], 'idle', ARGV[4],
  'started', started, 'ends', ends)
redis.call('PEXPIREAT', KEYS[1], expires)
return { started, expires, ends }
