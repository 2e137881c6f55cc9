-- Where a user sits: { 'seats', how many, when he was last seen or '' }
--   ARGV[4] the nodes that live, JSON
local fields, seats = known()
local living, count = setOf(ARGV[4]), 0
living[node] = true
for _, seat in ipairs(seats) do
  local isNew = now - seat.renewed < lives.newcomers
  -- A node that was killed is listed for a while, one that has just begun is not yet: it hears, though.
  if living[seat.node] or (isNew and redis.call('PUBSUB', 'SHARDNUMSUB', bucket .. names.node .. seat.node)[2] > 0) then
    count = count + 1
  end
end
local seen = count > 0 and now or fields.seen
return { 'seats', tostring(count), seen and now - seen < lives.boxes and tostring(seen) or '' }
