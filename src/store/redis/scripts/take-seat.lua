-- Takes a seat of the node that asks, or renews it, and reads the first page:
-- { 'joined', since, how many messages wait, up to where the broadcasts are known, last, '1' if there may be more, message, ... }
-- | { 'replaced' } | { 'ended' } | { 'unsound' }
--   ARGV[4]  the seat
--   ARGV[5]  the session it was taken with, or empty
--   ARGV[6]  since when it is taken, ms; empty: now
--   ARGV[7]  how many seats there may be
--   ARGV[8]  the nodes that live, JSON
--   ARGV[9]  after which seq it is read
--   ARGV[10] how many messages at most
--   ARGV[11] of which login its token is, ms; empty: it has a session
if ARGV[11] ~= '' and not sound() then return { 'unsound' } end
local fields, seats = known()
tidy(fields)
local living, after, login = setOf(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[11])
local mine = { field = '@' .. node .. '/' .. ARGV[4], since = tonumber(ARGV[6]) or now }

-- What was ended before all was forgotten, nobody knows.
if login and (login <= (fields.out or 0) or login < tonumber(redis.call('GET', bucket .. names.begun) or 0)) then
  redis.call('HDEL', box, mine.field)
  return { 'ended' }
end

-- Those that stay, but for their number.
local standing = { mine }
for _, seat in ipairs(seats) do
  if seat.field == mine.field then
    mine.since = math.min(mine.since, seat.since)
  elseif seat.node == node or living[seat.node] or now - seat.renewed < lives.newcomers then
    table.insert(standing, seat)
  else
    redis.call('HDEL', box, seat.field)
    -- Silent for long, it may live all the same.
    publish(seat.node, '"again":"' .. id .. '"')
  end
end

table.sort(standing, function(a, b)
  if a.since ~= b.since then return a.since < b.since end
  return a.field < b.field
end)
local isReplaced = false
for i = 1, #standing - tonumber(ARGV[7]) do
  local seat = standing[i]
  redis.call('HDEL', box, seat.field)
  if seat == mine then
    isReplaced = true
  else
    publish(seat.node, '"unseated":' .. cjson.encode(seat.id) .. ',"box":"' .. id .. '"')
  end
end
if isReplaced then return { 'replaced' } end

-- That it was told something is how a node finds out that Redis forgot all.
local counter = bucket .. names.woken .. node
if keep(counter, lives.wakeUps) == 0 then publish(node, '"joined":true') end
fields.seq = math.max(fields.seq or 0, after)
local seat = string.format('%.0f %.0f ', mine.since, now) .. markOf(ARGV[5])
redis.call('HSET', box, mine.field, seat, 'seen', now, 'seq', fields.seq)
outlive(box, lives.boxes)
local answer = { 'joined', tostring(mine.since), '', tostring(fields.heard or 0) }
answer[3] = tostring(addPage(answer, fields, after, tonumber(ARGV[10])))
return answer
