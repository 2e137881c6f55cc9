-- The node that asks has somebody of the site: it is told the broadcasts, which lie in this box: { 'entered' }
-- A node takes one seat here, and those that are silent are forgotten.
local _, seats = known()
for _, seat in ipairs(seats) do
  if now - seat.renewed >= lives.entered then redis.call('HDEL', box, seat.field) end
end
local counter = bucket .. names.woken .. node
if keep(counter, lives.wakeUps) == 0 then publish(node, '"joined":true') end
redis.call('HSET', box, '@' .. node .. '/', string.format('%.0f %.0f ', now, now))
outlive(box, lives.boxes)
return { 'entered' }
