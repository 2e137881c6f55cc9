-- Counts in a window of time, for rate-limiter-flexible: { count, how long the window still lasts, ms }
-- One too many is told, and does not count; what was never taken cannot be given back.
--   KEYS[1] the count
--   ARGV[1] 1: takes one; -1: gives one back
--   ARGV[2] how long a window lasts, s
--   ARGV[3] how many are allowed in a window
local change, most = tonumber(ARGV[1]), tonumber(ARGV[3])
local count, lasts = (redis.call('GET', KEYS[1]) or 0) + change, redis.call('PTTL', KEYS[1])
local counts = count >= 0 and (change < 0 or count <= most)
if lasts < 0 then
  lasts = ARGV[2] * 1000
  if counts then redis.call('SET', KEYS[1], count, 'PX', lasts) end
elseif counts and count == 0 then
  -- Nothing is left of its window: whoever comes again begins another.
  redis.call('DEL', KEYS[1])
elseif counts then
  redis.call('INCRBY', KEYS[1], change)
end
return { math.max(count, 0), lasts }
