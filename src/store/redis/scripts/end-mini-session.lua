-- A mini-program session ends: how many did
--   KEYS[1] the session
return redis.call('DEL', KEYS[1])
