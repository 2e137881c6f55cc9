-- Tells the nodes that hold seats taken with a session that it is over: { 'told' }
--   ARGV[4] the session
local _, seats = known()
local told = {}
for _, seat in ipairs(seats) do
  if seat.session == markOf(ARGV[4]) and not told[seat.node] then
    told[seat.node] = true
    publish(seat.node, '"ended":' .. cjson.encode(ARGV[4]) .. ',"box":"' .. id .. '"')
  end
end
return { 'told' }
