-- The newest scenes of a bucket: { 'more' } | { 'listed', total, createdAt, id, createdAt, id, ... }
-- 'more': time had changed so many that the next call has to go on with them.
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] the query, JSON: { states, site?, account?, limit, after?: { createdAt, id } }
local query = cjson.decode(ARGV[3])
if settle(lives.settleAtMost) == lives.settleAtMost then return { 'more' } end

-- The lists that hold what is asked for and nothing else, and how much they hold.
local keys, total = {}, 0
local function take(key)
  local size = redis.call('ZCARD', key)
  if size == 0 then return end
  table.insert(keys, key)
  total = total + size
end

local function matches(kind)
  local site, account = string.match(kind, '^|([^|]*)|([^|]*)$')
  return (not query.site or query.site == site) and (not query.account or query.account == account)
end

-- The kinds that are asked for; nil: all there are.
local function chosenKinds()
  if not query.site and not query.account then return nil end
  local kinds, chosen = redis.call('SMEMBERS', bucket .. names.kinds), {}
  for _, kind in ipairs(kinds) do
    if matches(kind) then table.insert(chosen, kind) end
  end
  -- The lists of all are fewer than those of each. For one site they are not, and a node of an older version has others on them.
  return (query.site or #chosen < #kinds or #kinds == 0) and chosen or nil
end

local kinds = chosenKinds()
for _, state in ipairs(query.states) do
  if not kinds then take(bucket .. names.list .. state) end
  for _, kind in ipairs(kinds or {}) do
    local key = listOf(state, kind)
    -- A node of an older version moves scenes without it; none of those lives so long.
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - lives.scenes)
    take(key)
  end
end

local function isNewer(createdAt, id, place)
  return createdAt > place.createdAt or (createdAt == place.createdAt and id > place.id)
end

-- Each list is read from the place on, a portion at a time: of many lists few give much.
local highest = query.after and query.after.createdAt or '+inf'
local portion = math.min(math.ceil(query.limit / math.max(#keys, 1)) + 1, 100)

-- Goes on to the next of a list: whether there is one.
local function advanceIn(list)
  repeat
    if list.at > #list.part then
      if list.isLast then return false end
      list.part =
        redis.call('ZREVRANGEBYSCORE', list.key, highest, '-inf', 'WITHSCORES', 'LIMIT', list.offset, portion)
      list.isLast = #list.part < 2 * portion
      list.offset, list.at = list.offset + portion, 1
    else
      list.id, list.createdAt = string.match(list.part[list.at], '^[^|]*'), tonumber(list.part[list.at + 1])
      list.at = list.at + 2
      if not query.after or isNewer(query.after.createdAt, query.after.id, list) then return true end
    end
  until false
end

local lists = {}
for _, key in ipairs(keys) do
  local list = { key = key, part = {}, at = 1, offset = 0, isLast = false }
  if advanceIn(list) then table.insert(lists, list) end
end
local answer = { 'listed', tostring(total) }
while #answer < 2 + 2 * query.limit and #lists > 0 do
  local newest = 1
  for i = 2, #lists do
    if isNewer(lists[i].createdAt, lists[i].id, lists[newest]) then newest = i end
  end
  local list = lists[newest]
  table.insert(answer, string.format('%.0f', list.createdAt))
  table.insert(answer, list.id)
  if not advanceIn(list) then table.remove(lists, newest) end
end
return answer
