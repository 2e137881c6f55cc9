-- Tells the nodes that hold seats taken with a session that it is over: { 'told' }
--   ARGV[4] the session
local _, seats = known()
local ended = {}
for _, seat in ipairs(seats) do
  if seat.session == markOf(ARGV[4]) then table.insert(ended, seat) end
end
tellNodes(ended, '"ended":' .. cjson.encode(ARGV[4]) .. ',"box":"' .. id .. '"')
return { 'told' }
