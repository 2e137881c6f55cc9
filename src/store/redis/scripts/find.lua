-- Finds a scene: { 'found', scene } | { 'none' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] '1': tells the node that holds its socket
local scene, text = find(ARGV[3])
if not scene then return { 'none' } end
if ARGV[4] == '1' then wake(scene, text) end
return { 'found', text }
