-- Takes the counts of scenes that time has ended: { 'more' } | { 'taken', '{state}|{attended}', number, ... }
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] how many scenes this step takes off the lists at most
local most = tonumber(ARGV[3])
if settle(most) == most then return { 'more' } end
local taken = redis.call('HGETALL', bucket .. names.ended)
if #taken > 0 then redis.call('DEL', bucket .. names.ended) end
table.insert(taken, 1, 'taken')
return taken
