-- Makes a move: { 'moved' | 'refused', scene } | { 'none' } | { 'unsound' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] the change, JSON
--   ARGV[5] the change that ends a scene that may be spent, JSON; only with one that happened at some time
local change = cjson.decode(ARGV[4])
-- What is begun on doubtful data would be ended when the doubt is settled: that comes first.
if not sound() then return { 'unsound' } end
local scene, text = find(ARGV[3])
if not scene then return { 'none' } end
if change.rule.from[scene.state] and lost(scene, change) then
  tellMyself = true
  return { 'refused', advance(scene, cjson.decode(ARGV[5])) or text }
end
local moved = advance(scene, change)
if moved then return { 'moved', moved } end
-- Whoever waits for the replicas waits for the writes of this connection, so a repeat writes too.
if change.safely then redis.call('PEXPIREAT', KEYS[1], scene.keptUntil) end
return { 'refused', text }
