-- Takes a place among the pending scenes: 1, or 0 when there is none
--   KEYS[1] the pending scenes of all buckets
--   ARGV[1] the scene's id
--   ARGV[2] how long it may be pending, ms
--   ARGV[3] how many places there are
--   ARGV[4] how long the set lives, ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
