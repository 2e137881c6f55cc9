-- Sees whether the bucket still holds all that was acknowledged, and makes good what can be made good:
-- { 'sound' | 'changed' | 'kept' | 'lost' | 'late', run } | { 'more', run, how many scenes it ended }
-- A new process on old data has a new run id. `changed`: look into that process, and say with the next call what was found.
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] the run id that was looked into; empty: none
--   ARGV[4] '1': that process has each step on its disk before it answers
--   ARGV[5] the change that ends what may be spent, JSON
local run, known = running(), redis.call('GET', bucket .. names.run)

-- Whoever finds another process in its place later knows by this whether it can have lost something.
local function attest()
  mark(run)
  keep(bucket .. names.since, lives.marks)
  keep(bucket .. names.begun, lives.marks)
  keep(bucket .. names.durable, lives.marks)
  if ARGV[3] ~= run then return end
  if ARGV[4] == '1' then
    redis.call('SET', bucket .. names.durable, run, 'PX', lives.marks)
  else
    redis.call('DEL', bucket .. names.durable)
  end
end

-- Nothing is written that stands there already: every write goes to the disk and to the replicas.
local function attested()
  local isDurable = redis.call('GET', bucket .. names.durable) == run
  local isKnown = ARGV[3] ~= run or isDurable == (ARGV[4] == '1')
  return isKnown and redis.call('PTTL', bucket .. names.run) > lives.marks / 2
end

if sound() then
  if not attested() then attest() end
  return { 'sound', run }
end
if ARGV[3] ~= run then return { 'changed', run } end
if ARGV[4] == '1' and known and redis.call('GET', bucket .. names.durable) == known then
  attest()
  return { 'kept', run }
end

tellMyself = true
local change, looked, ended = cjson.decode(ARGV[5]), 0, 0
for state in pairs(machine.spendable) do
  local entries = redis.call('ZRANGE', bucket .. names.list .. state, 0, lives.settleAtMost - 1)
  for _, name in ipairs(entries) do
    local scene = find(string.match(name, '^[^|]*'))
    if scene and machine.spendable[scene.state] then
      -- Its browser may have been shown more than is left of it: what comes now is newer than that in any case.
      scene.version = scene.version + 100
      if advance(scene, change) then ended = ended + 1 end
    elseif redis.call('ZSCORE', bucket .. names.list .. state, name) then
      unlist(state, name)
    end
  end
  looked = looked + #entries
end
if looked > 0 then return { 'more', run, ended } end
attest()
redis.call('SET', bucket .. names.since, now, 'PX', lives.marks)
return { 'lost', run }
