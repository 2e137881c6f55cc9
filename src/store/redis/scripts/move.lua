-- Makes a move: { 'moved' | 'refused', scene } | { 'none' } | { 'unsound' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] the change, JSON
local change = cjson.decode(ARGV[4])
-- What is begun on doubtful data would be ended when the doubt is settled: that comes first.
if not sound() then return { 'unsound' } end
local scene, text = find(ARGV[3])
if not scene then return { 'none' } end
if change.rule.from[scene.state] and lost(scene, change) then
  tellMyself = true
  return { 'refused', advance(scene, change.ifLost) or text }
end
local moved = advance(scene, change)
if moved then return { 'moved', moved } end
-- Whoever waits for the replicas waits for the writes of this connection, so a repeat writes too.
if change.safely then redis.call('PEXPIREAT', KEYS[1], scene.keptUntil) end
return { 'refused', text }
