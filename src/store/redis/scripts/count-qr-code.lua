-- Counts a QR code of an account: how many there are on its day
--   KEYS[1] the count of the account and day
--   ARGV[1] how long a count is kept, ms
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
