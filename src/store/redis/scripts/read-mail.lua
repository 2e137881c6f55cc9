-- What waits in a box: { 'page', last, '1' if there may be more, message, ... }
--   ARGV[4] after which seq
--   ARGV[5] how many at most
local answer = { 'page' }
local fields = { seq = tonumber(redis.call('HGET', box, 'seq') or 0) }
addPage(answer, fields, tonumber(ARGV[4]), tonumber(ARGV[5]))
return answer
