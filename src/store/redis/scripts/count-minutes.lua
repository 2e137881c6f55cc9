-- Adds what a node counted: 'added' | 'known'
--   KEYS[1] the number of the node's last report
--   KEYS[2] ... the minutes that it tells of
--   ARGV[1] the number of this report
--   ARGV[2] how long all of it is kept, ms
--   ARGV[3] ... what was counted in each of the minutes, JSON
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 'known' end
for i = 2, #KEYS do
  for name, count in pairs(cjson.decode(ARGV[i + 1])) do
    redis.call('HINCRBY', KEYS[i], name, count)
  end
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'added'
