-- Drops an access token, if it still is the one that is kept: 1, or 0
--   KEYS[1] the token's key
--   ARGV[1] the token
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
