-- The nodes that live: what each said of itself, in no order
--   KEYS[1] the nodes by when they were heard last
--   KEYS[2] what each said of itself
--   ARGV[1] after how long a silence a node is dead, ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local listed = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. (now - ARGV[1]), '+inf')) do
  local about = redis.call('HGET', KEYS[2], node)
  if about then table.insert(listed, about) end
end
return listed
