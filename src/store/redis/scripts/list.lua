-- The newest scenes of a bucket: { 'more' } | { 'listed', total, createdAt, id, createdAt, id, ... }
-- 'more': time had changed so many that the next call has to go on with them.
--   KEYS[1] the bucket, as KEYS[2]
--   ARGV[3] the query, JSON: { states, site?, account?, limit, after?: { createdAt, id } }
local query = cjson.decode(ARGV[3])
if settle(lives.settleAtMost) == lives.settleAtMost then return { 'more' } end

local function matches(name)
  local site, account = string.match(name, '|([^|]*)|([^|]*)$')
  return (not query.site or query.site == site) and (not query.account or query.account == account)
end

local wanted, total, found = {}, 0, {}
for _, state in ipairs(query.states) do
  wanted[state] = true
end
local counts = redis.call('HGETALL', bucket .. ':counts')
for i = 1, #counts, 2 do
  if wanted[string.match(counts[i], '^[^|]*')] and matches(counts[i]) then total = total + counts[i + 1] end
end

local function isAfter(createdAt, id)
  local place = query.after
  return not place or createdAt < place.createdAt or (createdAt == place.createdAt and id < place.id)
end

-- Each list is read from the place on, in portions, until it has given as many as are asked for.
local function collect(key)
  local highest, offset, taken = query.after and query.after.createdAt or '+inf', 0, 0
  repeat
    local part = redis.call('ZREVRANGEBYSCORE', key, highest, '-inf', 'WITHSCORES', 'LIMIT', offset, 100)
    for i = 1, #part, 2 do
      local createdAt, id = tonumber(part[i + 1]), string.match(part[i], '^[^|]*')
      if taken < query.limit and isAfter(createdAt, id) and matches(part[i]) then
        table.insert(found, { createdAt, id })
        taken = taken + 1
      end
    end
    offset = offset + 100
  until #part < 200 or taken == query.limit
end

for _, state in ipairs(query.states) do
  collect(bucket .. ':list:' .. state)
end
table.sort(found, function(a, b)
  if a[1] ~= b[1] then return a[1] > b[1] end
  return a[2] > b[2]
end)
local answer = { 'listed', tostring(total) }
for i = 1, math.min(#found, query.limit) do
  table.insert(answer, string.format('%.0f', found[i][1]))
  table.insert(answer, found[i][2])
end
return answer
