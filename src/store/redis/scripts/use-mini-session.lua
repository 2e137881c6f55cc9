-- A mini-program session is used: { openid; unionid, or nothing; the sealed session_key; since when, when it ends unless it is
-- used again, when it ends at the latest, all ms }, or nil when there is none
--   KEYS[1] the session
local openid, unionid, key, idle, started, ends =
  unpack(redis.call('HMGET', KEYS[1], 'openid', 'unionid', 'key', 'idle', 'started', 'ends'))
if not openid then return nil end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A Redis that takes no writes keeps people logged in for as long as it last said.
redis.pcall('PEXPIREAT', KEYS[1], string.format('%.0f', math.min(now + idle, tonumber(ends))))
return { openid, unionid, key, started, string.format('%.0f', redis.call('PEXPIRETIME', KEYS[1])), ends }
