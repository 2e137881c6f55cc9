-- Puts a message into a box, and tells whoever sits there:
-- { 'added', seq, sentAt, '1' if a node heard of it } | { 'repeated', '1' if a node heard of it then } | { 'full' } | { 'dropped' }
--   ARGV[4]  'mail' | 'broadcast': of these the oldest gives way when there are too many
--   ARGV[5]  the message's id, sender and body, as its text ends
--   ARGV[6]  how long it lives, ms
--   ARGV[7]  hash of sender and id; empty: it is no repeat
--   ARGV[8]  the tag of the sender
--   ARGV[9]  how many messages there may be
--   ARGV[10] how many of other users
--   ARGV[11] how many of one sender while nobody sits there; empty: any number
--   ARGV[12] what becomes of one more: 'full' | 'dropped'
local kind, ttl, digest = ARGV[4], tonumber(ARGV[6]), ARGV[7]
local tag, most, mostOfPeers, mostOfOne = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local posted = bucket .. names.posted .. id

-- Whether a node was told stands behind the point: a score is a number, and the seq a whole one.
if digest ~= '' then
  local score = tonumber(redis.call('ZSCORE', posted, digest) or 0)
  if score > now - lives.postedIds then return { 'repeated', score % 1 > 0 and '1' or '' } end
end

local fields, seats = known()
tidy(fields)

-- A node that died holds its seats until they are found; by then nobody hears on its channel.
local function isAttended()
  for _, seat in ipairs(seats) do
    local channel = bucket .. names.node .. seat.node
    if redis.call('PUBSUB', 'SHARDNUMSUB', channel)[2] > 0 then return true end
  end
  return false
end

local isKept = ttl > 0 or #seats > 0

-- What becomes of one that would be kept beyond a bound.
local function refusal()
  local ofOne, ofPeers = unpack(redis.call('HMGET', counts, tag, 'peers'))
  local beyond = tonumber(ofOne or 0) - (mostOfOne or math.huge)
  if beyond >= lives.onTheWay or beyond >= 0 and not isAttended() then return ARGV[12] end
  if tag ~= 'site' and tonumber(ofPeers or 0) >= mostOfPeers then return 'full' end
  if kind == 'mail' and redis.call('LLEN', mail) >= most then return 'full' end
end

local refused = isKept and refusal()
if refused then return { refused } end
if isKept and redis.call('LLEN', mail) >= most then
  local _, oldest = head(redis.call('LPOP', mail))
  count(oldest, -1)
end

-- Not a mere number: whoever knew a greater one before Redis forgot it all shall see that this is later.
local before = fields.seq or 0
local seq, kept = math.max(before + 1, now), now + math.max(ttl, lives.keptAtLeast)
local times = string.format('%.0f,%.0f,%.0f,', seq, now, now + ttl)
local text = '[' .. string.format('%.0f', kept) .. ',"' .. tag .. '",' .. times .. ARGV[5]

local hearers = tellNodes(seats, '"' .. kind .. '":"' .. id .. '","before":' .. before .. ',"message":' .. text)

-- All of this is one step: nobody looks before it is stored.
if isKept then
  redis.call('RPUSH', mail, text)
  outlive(mail, kept - now)
  count(tag, 1)
  outlive(counts, kept - now)
  redis.call('HSET', box, 'seq', string.format('%.0f', seq), 'due', math.min(fields.due or kept, kept))
  outlive(box, math.max(kept - now, lives.boxes))
end

if digest ~= '' then
  redis.call('ZADD', posted, string.format('%.1f', seq + (hearers > 0 and 0.5 or 0)), digest)
  redis.call('ZREMRANGEBYSCORE', posted, '-inf', now - lives.postedIds)
  redis.call('ZREMRANGEBYRANK', posted, 0, -lives.postedAtMost - 1)
  outlive(posted, lives.postedIds)
end
return { 'added', tostring(seq), tostring(now), hearers > 0 and '1' or '' }
