-- An operator's session is used: { who has it, JSON; when it ends at the latest, ms }, or nil when there is none
--   KEYS[1] the session
local who, ends, idle = unpack(redis.call('HMGET', KEYS[1], 'who', 'ends', 'idle'))
if not who then return nil end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A Redis that takes no writes is when operators must be able to look.
redis.pcall('PEXPIREAT', KEYS[1], string.format('%.0f', math.min(now + idle, tonumber(ends))))
return { who, ends }
