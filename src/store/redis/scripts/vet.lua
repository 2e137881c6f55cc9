-- Sees whether the bucket still holds all that was acknowledged, and makes good what can be made good:
-- { 'sound', run } | { 'changed', run } | { 'kept', run } | { 'more', run } | { 'lost', run }
-- A new process on old data has a new run id. `changed`: find out whether it lost nothing, and say so with the next call.
--   KEYS[1] the bucket, as KEYS[2]
--   ARGV[3] the run id that was looked into; empty: none
--   ARGV[4] '1': that process has all that was acknowledged
--   ARGV[5] the change that ends what may be spent, JSON
local run = running()
if sound() then
  mark(run)
  keep(bucket .. names.since, lives.marks)
  return { 'sound', run }
end
if ARGV[3] ~= run then return { 'changed', run } end
if ARGV[4] == '1' and redis.call('EXISTS', bucket .. names.run) == 1 then
  mark(run)
  keep(bucket .. names.since, lives.marks)
  return { 'kept', run }
end
local change, ended = cjson.decode(ARGV[5]), 0
for state in pairs(machine.spendable) do
  local names = redis.call('ZRANGE', bucket .. names.list .. state, 0, lives.settleAtMost - 1)
  for _, name in ipairs(names) do
    local scene = find(string.match(name, '^[^|]*'))
    if not scene then
      unlist(state, name)
    elseif machine.spendable[scene.state] then
      advance(scene, change)
    end
  end
  ended = ended + #names
end
if ended > 0 then return { 'more', run } end
mark(run, now)
return { 'lost', run }
