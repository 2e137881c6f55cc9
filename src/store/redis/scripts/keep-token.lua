-- Keeps an access token that was renewed, and ends the renewal: { the token that is kept, how long it is, ms }
-- One that ends later stays: it was renewed by somebody else, and is the newer one, since WeChat gives all the same life.
--   KEYS[1] the token's key
--   KEYS[2] the renewal's key
--   ARGV[1] the token
--   ARGV[2] how long it may be used, ms
--   ARGV[3] who renewed it
if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }
