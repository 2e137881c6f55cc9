-- Binds a push's signature to its body: { 'fresh' | 'same' | 'other' | 'unknowable' | 'unsound' }
--   KEYS[1] the signature's key
--   ARGV[3] hash of the body
--   ARGV[4] the push's timestamp, ms
--   ARGV[5] how long it is bound, ms since the epoch
if not sound() then return { 'unsound' } end
local body = redis.call('GET', KEYS[1])
if body then return { body == ARGV[3] and 'same' or 'other' } end
local lasts = tonumber(ARGV[5])
local since = tonumber(redis.call('GET', bucket .. names.since) or now)
if tonumber(ARGV[4]) < since or now > lasts then return { 'unknowable' } end
redis.call('SET', KEYS[1], ARGV[3], 'PXAT', lasts + 1)
return { 'fresh' }
