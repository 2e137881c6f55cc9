-- The newest scenes of a bucket: { 'more' } | { 'listed', total, createdAt, id, createdAt, id, ... }
-- 'more': time had changed so many that the next call has to go on with them.
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] the query, JSON: { states, site?, account?, limit, after?: { createdAt, id } }
local query = cjson.decode(ARGV[3])
if settle(lives.settleAtMost) == lives.settleAtMost then return { 'more' } end

local function matches(name)
  local site, account = string.match(name, '|([^|]*)|([^|]*)$')
  return (not query.site or query.site == site) and (not query.account or query.account == account)
end

local matching, total, found = {}, 0, {}
for _, state in ipairs(query.states) do
  matching[state] = 0
end
local counts = redis.call('HGETALL', bucket .. names.counts)
for i = 1, #counts, 2 do
  local state = string.match(counts[i], '^[^|]*')
  if matching[state] and matches(counts[i]) then
    matching[state] = matching[state] + counts[i + 1]
    total = total + counts[i + 1]
  end
end

local function isAfter(createdAt, id)
  local place = query.after
  return not place or createdAt < place.createdAt or (createdAt == place.createdAt and id < place.id)
end

-- Each list is read from the place on, in portions, until it has given as many as are asked for, or all there are.
local function collect(key, most)
  local highest, offset, taken = query.after and query.after.createdAt or '+inf', 0, 0
  if most == 0 then return end
  repeat
    local part = redis.call('ZREVRANGEBYSCORE', key, highest, '-inf', 'WITHSCORES', 'LIMIT', offset, 100)
    for i = 1, #part, 2 do
      local createdAt, id = tonumber(part[i + 1]), string.match(part[i], '^[^|]*')
      if taken < most and isAfter(createdAt, id) and matches(part[i]) then
        table.insert(found, { createdAt, id })
        taken = taken + 1
      end
    end
    offset = offset + 100
  until #part < 200 or taken == most
end

for _, state in ipairs(query.states) do
  collect(bucket .. names.list .. state, math.min(query.limit, matching[state]))
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
