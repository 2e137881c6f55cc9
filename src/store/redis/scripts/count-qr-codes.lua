-- Counts QR codes of an account: how many were made on its day, and how many of those nobody was given; nil: none yet
--   KEYS[1] the counts of the account and day
--   ARGV[1] which of them: made, unused
--   ARGV[2] how many more
--   ARGV[3] how long the counts are kept, ms
redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return redis.call('HMGET', KEYS[1], 'made', 'unused')
