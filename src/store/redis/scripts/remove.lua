-- Takes back a scene that was added and found no place: { 'done' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
local scene = find(ARGV[3])
if scene then
  unlist(scene.state, entry(scene))
  redis.call('DEL', KEYS[1])
end
return { 'done' }
