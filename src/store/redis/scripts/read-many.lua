-- Several scenes of a bucket: { 'found', scene or '', scene or '', ... }
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] ... their ids
local answer = { 'found' }
for i = 3, #ARGV do
  local _, text = find(ARGV[i])
  table.insert(answer, text or '')
end
return answer
