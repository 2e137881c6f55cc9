-- A node says that it lives; those that died are forgotten: 'OK'
--   KEYS[1] the nodes by when they were heard last
--   KEYS[2] what each said of itself
--   ARGV[1] the node
--   ARGV[2] what it says of itself
--   ARGV[3] after how long a silence a node is dead, ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
-- Once nobody has spoken for so long, all are dead.
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 'OK'
