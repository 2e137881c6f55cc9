-- What every script of a scene can do. Not a step by itself; comes after bucket.lua.
-- `machine` is handed over by the program, as is the rule of each move: they are written once, in src/scene/scene.ts.
local function entry(scene)
  return scene.id .. '|' .. scene.site .. '|' .. scene.account
end

local function due(scene)
  return machine.living[scene.state] and scene.expiresAt or scene.keptUntil
end

-- What an entry says beside the id.
local function kindOf(name)
  return string.sub(name, (string.find(name, '|', 1, true)))
end

local function listOf(state, kind)
  return bucket .. names.kind .. state .. kind
end

local function unlist(state, name)
  redis.call('ZREM', bucket .. names.list .. state, name)
  redis.call('ZREM', listOf(state, kindOf(name)), string.match(name, '^[^|]*'))
  redis.call('ZREM', bucket .. names.due, state .. '|' .. name)
end

-- Renews all lists together. A kind that has none left is forgotten.
local function keepLists()
  keep(bucket .. names.due, lives.lists)
  keep(bucket .. names.kinds, lives.lists)
  for _, state in ipairs(machine.states) do
    keep(bucket .. names.list .. state, lives.lists)
  end
  for _, kind in ipairs(redis.call('SMEMBERS', bucket .. names.kinds)) do
    local lists = 0
    for _, state in ipairs(machine.states) do
      lists = lists + keep(listOf(state, kind), lives.lists)
    end
    if lists == 0 then redis.call('SREM', bucket .. names.kinds, kind) end
  end
end

-- All lists end together: one that has just begun as the others do, and once there is too little time left for any, all are renewed.
local function joinLists(state, kind)
  redis.call('SADD', bucket .. names.kinds, kind)
  local left = redis.call('PTTL', bucket .. names.due)
  if left < lives.lists / 2 then return keepLists() end
  -- Also one that is not new: a node of an older version renews lists without it.
  keep(bucket .. names.kinds, left)
  -- Perhaps it has begun, too: there was none of the kind.
  keep(bucket .. names.list .. state, left)
  keep(listOf(state, kind), left)
end

local function list(scene, name)
  local kind = kindOf(name)
  local key = listOf(scene.state, kind)
  redis.call('ZADD', bucket .. names.list .. scene.state, scene.createdAt, name)
  redis.call('ZADD', bucket .. names.due, due(scene), scene.state .. '|' .. name)
  redis.call('ZADD', key, scene.createdAt, scene.id)
  -- One that has just begun has no end yet, which is less than any time.
  if redis.call('PTTL', key) < lives.lists / 2 then joinLists(scene.state, kind) end
end

-- Counts a scene that time has ended, until a node takes the counts.
local function countEnd(state, attended)
  local field = state .. (attended and '|1' or '|0')
  local counted = redis.call('HINCRBY', bucket .. names.ended, field, 1)
  if counted == 1 then keep(bucket .. names.ended, lives.ends) end
end

-- Writes the scene and where it is listed. `was`: the state it had; nil: it is new. Gives its text.
local function put(scene, was)
  local text = cjson.encode(scene)
  redis.call('SET', bucket .. names.scene .. scene.id, text, 'PXAT', scene.keptUntil)
  -- A scene's times change with its state only.
  if was == scene.state then return text end
  local name = entry(scene)
  -- In this order: what would be empty in between would have to begin anew.
  list(scene, name)
  if was then unlist(was, name) end
  return text
end

-- The scene as time has left it, and its text.
local function find(id)
  local text = redis.call('GET', bucket .. names.scene .. id)
  if not text then return nil end
  local scene = cjson.decode(text)
  if now >= scene.keptUntil then return nil end
  if machine.living[scene.state] and now >= scene.expiresAt then
    local was = scene.state
    countEnd(was, scene.attended)
    scene.state = machine.expired
    scene.version = scene.version + 1
    text = put(scene, was)
  end
  return scene, text
end

-- The node that asks learns of the move it asked for from the answer, of every other as all nodes do.
local tellMyself = false

-- Tells the node that holds the scene's socket.
local function tell(holder, message)
  if holder and (holder ~= node or tellMyself) then publish(holder, message) end
end

local function wake(scene, text)
  tell(scene.node, '"scene":' .. text)
end

local function holds(scene, only)
  for field, value in pairs(only or {}) do
    if value == cjson.null then value = nil end
    if scene[field] ~= value then return false end
  end
  return true
end

-- A scene that outlived a loss may have been more than is known of it: what happened before the loss is over.
local function lost(scene, change)
  if not change.happenedAt then return false end
  local since = tonumber(redis.call('GET', bucket .. names.since) or 0)
  return scene.createdAt < since and change.happenedAt < since
end

-- Makes the move if the scene allows it: what `advance` in src/scene/scene.ts does. Gives the new text, or nil.
local function advance(scene, change)
  local rule = change.rule
  if not rule.from[scene.state] or not holds(scene, change.only) then return nil end
  local was = scene.state
  for field, value in pairs(change.set or {}) do
    if value == cjson.null then value = nil end
    scene[field] = value
  end
  scene.state = rule.to
  scene.version = scene.version + 1
  if rule.stamp then scene[rule.stamp] = now end
  if change.atLeast then scene.expiresAt = math.max(scene.expiresAt, now + change.atLeast) end
  if change.codeLives then
    scene.expiresAt = now + change.codeLives
    scene.codeExpiresAt = scene.expiresAt
  end
  scene.keptUntil = change.keep + (machine.living[rule.to] and scene.expiresAt or now)
  local text = put(scene, was)
  wake(scene, text)
  return text
end

-- Takes what time has changed off the lists it was on. Gives how many there were, at most `most`.
local function settle(most)
  local found = redis.call('ZRANGEBYSCORE', bucket .. names.due, '-inf', now, 'LIMIT', 0, most)
  for _, member in ipairs(found) do
    local state, name = string.match(member, '^([^|]*)|(.*)$')
    local scene = find(string.match(name, '^[^|]*'))
    -- `find` has moved one that expired to its new place; the others are gone.
    if not scene or not machine.living[state] then unlist(state, name) end
    -- Nobody came in all the time that it was kept; whether a browser was there went with it, and most of them were.
    if not scene and machine.living[state] then countEnd(state, true) end
  end
  return #found
end
