-- What every script of a mailbox can do. Not a step by itself; comes after bucket.lua.
--   KEYS[1] the box: a hash of what is known of it
--     seq   that of the latest message
--     due   when it is looked through next for what is over, ms
--     seen  when a seat was last taken or left, ms
--     heard the seq up to which the user has the site's broadcasts
--     out   up to when logins were ended, ms
--     @{node}/{seat}  '{since} {renewed} {session}', ms and what tells the session from others
--   ARGV[3] its id
-- A message is a JSON array, of which a script reads the beginning only:
-- [until when it is kept, the tag it is counted under, seq, sentAt, expiresAt, id, from, body]
local box, id = KEYS[1], ARGV[3]
local mail, counts = bucket .. names.mail .. id, bucket .. names.counts .. id

-- The fields of the box, and its seats apart from them, in no order.
local function known()
  local fields, seats = {}, {}
  local all = redis.call('HGETALL', box)
  for i = 1, #all, 2 do
    local holder, seat = string.match(all[i], '^@([^/]*)/(.*)$')
    if holder then
      local since, renewed, session = string.match(all[i + 1], '^(%d+) (%d+) (.*)$')
      since, renewed = tonumber(since), tonumber(renewed)
      if now - renewed < lives.seats then
        table.insert(seats, { field = all[i], node = holder, id = seat, since = since, renewed = renewed, session = session })
      else
        redis.call('HDEL', box, all[i])
      end
    else
      fields[all[i]] = tonumber(all[i + 1])
    end
  end
  return fields, seats
end

-- A small hash takes little room, for as long as no value in it is longer than 64 bytes: so much tells a session from all others.
local function markOf(session)
  return string.sub(session, 1, 22)
end

-- Tells each node that has any of these seats, once. Gives how many hear it.
local function tellNodes(seats, message)
  local hearers, told = 0, {}
  for _, seat in ipairs(seats) do
    if not told[seat.node] then
      told[seat.node] = true
      hearers = hearers + publish(seat.node, message)
    end
  end
  return hearers
end

local function setOf(list)
  local set = {}
  for _, member in ipairs(cjson.decode(list)) do
    set[member] = true
  end
  return set
end

-- Lets a key live so long at least, and somewhat longer: each step would have to write it anew.
local function outlive(key, lifetime)
  if redis.call('PTTL', key) < lifetime then keep(key, math.floor(lifetime * 1.125)) end
end

local function head(text)
  local kept, tag, seq = string.match(text, '^%[(%d+),"([^"]*)",(%d+)')
  return tonumber(kept), tag, tonumber(seq)
end

-- So many more messages under the tag of their sender, and of all users together if he is one.
local function count(tag, more)
  for _, field in ipairs(tag == 'site' and { tag } or { tag, 'peers' }) do
    if redis.call('HINCRBY', counts, field, more) <= 0 then redis.call('HDEL', counts, field) end
  end
end

-- Takes off what is over.
local function tidy(fields)
  if not fields.due or now < fields.due then return end
  local due, gone = nil, 0
  for place, text in ipairs(redis.call('LRANGE', mail, 0, -1)) do
    local kept, tag = head(text)
    if kept > now then
      due = math.min(due or kept, kept)
    else
      redis.call('LSET', mail, place - 1, '')
      count(tag, -1)
      gone = gone + 1
    end
  end
  if gone > 0 then redis.call('LREM', mail, gone, '') end
  -- To look through a full box takes its time: the more there is, the less often.
  local pause = lives.tidied * math.max(1, math.ceil(redis.call('LLEN', mail) / 100))
  fields.due = due and math.max(due, now + pause)
  if due then redis.call('HSET', box, 'due', fields.due) else redis.call('HDEL', box, 'due') end
end

-- Where the first message is that comes after this seq; how many there are when there is none. They are in order.
local function placeAfter(after, length)
  local low, high = 0, after > 0 and length or 0
  while low < high do
    local middle = math.floor((low + high) / 2)
    local _, _, seq = head(redis.call('LINDEX', mail, middle))
    if seq > after then high = middle else low = middle + 1 end
  end
  return low
end

-- Adds to an answer what comes after this seq, at most `most` messages: up to where, '1' if there may be more, and the messages.
-- Gives how many come after it in all.
local function addPage(answer, fields, after, most)
  local length = redis.call('LLEN', mail)
  local place = placeAfter(after, length)
  local texts = most > 0 and redis.call('LRANGE', mail, place, place + most - 1) or {}
  local hasMore = place + #texts < length
  local last = after
  if not hasMore then last = math.max(after, fields.seq or 0)
  elseif #texts > 0 then last = select(3, head(texts[#texts])) end
  table.insert(answer, tostring(last))
  table.insert(answer, hasMore and '1' or '')
  for _, text in ipairs(texts) do
    if head(text) > now then table.insert(answer, text) end
  end
  return length - place
end
