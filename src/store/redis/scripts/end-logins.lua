-- Of this user no login up to now is good for a seat any more; the nodes where he sits are told: { 'told' }
local _, seats = known()
redis.call('HSET', box, 'out', now)
outlive(box, lives.boxes)
local told = {}
for _, seat in ipairs(seats) do
  if not told[seat.node] then
    told[seat.node] = true
    publish(seat.node, '"loginsEnded":"' .. id .. '","upTo":' .. string.format('%.0f', now))
  end
end
return { 'told' }
