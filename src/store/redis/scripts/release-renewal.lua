-- Ends a renewal that failed, if it still is the one under way: 1, or 0
--   KEYS[1] the renewal's key
--   ARGV[1] who tried
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
