-- Counts one more try of something: how many there were
--   KEYS[1] the tries of it
--   ARGV[1] how long they are kept from the first one on, ms
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
