-- Adds a batch to the audit trail, each entry to the stream of its kind: 'OK'
--   KEYS[1] the place of the newest entry, of all kinds
--   KEYS[2] the mark of the batch
--   KEYS[3] and on: the stream of each entry
--   ARGV[1] how long the batch is known, ms
--   ARGV[2] how many entries a stream keeps, about
--   ARGV[3] how long it keeps them, ms
--   ARGV[4] and on: the entries, JSON
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[1]) then return 'OK' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = string.format('%.0f', now - ARGV[3])

-- Places only grow, also when another master's clock is behind, so that a page ends where the next begins.
local ms, number = string.match(redis.call('GET', KEYS[1]) or '0-0', '^(%d+)-(%d+)$')
ms, number = tonumber(ms), tonumber(number)
if now > ms then ms, number = now, -1 end

for i = 3, #KEYS do
  number = number + 1
  local id = string.format('%.0f-%.0f', ms, number)
  redis.call('XADD', KEYS[i], 'MAXLEN', '~', ARGV[2], id, 'entry', ARGV[i + 1])
  -- To the letter: what few entries a kind has in all that time fill no portion that Redis would drop as a whole.
  redis.call('XTRIM', KEYS[i], 'MINID', oldest)
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
redis.call('SET', KEYS[1], string.format('%.0f-%.0f', ms, number), 'PX', ARGV[3])
return 'OK'
