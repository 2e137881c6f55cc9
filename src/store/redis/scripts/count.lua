-- How many scenes of a bucket there are in each state: { 'more' } | { 'counted', state, number, state, number, ... }
--   KEYS[1] the mark of the process, in the bucket
if settle(lives.settleAtMost) == lives.settleAtMost then return { 'more' } end
local answer = { 'counted' }
for _, state in ipairs(machine.states) do
  table.insert(answer, state)
  table.insert(answer, tostring(redis.call('ZCARD', bucket .. names.list .. state)))
end
return answer
