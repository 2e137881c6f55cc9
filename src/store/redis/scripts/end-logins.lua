-- Of this user no login up to now is good for a seat any more; the nodes where he sits are told: { 'told' }
local _, seats = known()
redis.call('HSET', box, 'out', now)
outlive(box, lives.boxes)
tellNodes(seats, '"loginsEnded":"' .. id .. '","upTo":' .. string.format('%.0f', now))
return { 'told' }
