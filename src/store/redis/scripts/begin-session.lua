-- An operator's session begins: 'OK'
--   KEYS[1] the session
--   ARGV[1] who has it, JSON
--   ARGV[2] how long it lives, ms
--   ARGV[3] how long it lives unused, ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'who', ARGV[1], 'ends', ends, 'idle', ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[2]), tonumber(ARGV[3])))
return 'OK'
