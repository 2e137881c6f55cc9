-- A person has one mini-program session more: the hashes of all, the earliest first, if there may be too many; else none. Some
-- may be over: each lies in a slot of its own
--   KEYS[1] the person's
--   ARGV[1] the hash of the one that began
--   ARGV[2] how long it lives, ms
--   ARGV[3] how many there may be
--   ARGV[4] how many are kept, whatever happens
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[4])
-- As long as the last of them may live.
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2])))
if redis.call('ZCARD', KEYS[1]) <= tonumber(ARGV[3]) then return {} end
return redis.call('ZRANGE', KEYS[1], 0, -1)
