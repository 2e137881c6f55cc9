-- The node no longer holds the socket: { 'done' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] the node
--   ARGV[5] the number of the socket
local scene = find(ARGV[3])
if scene and scene.node == ARGV[4] and scene.attachment == tonumber(ARGV[5]) then
  scene.node = nil
  put(scene, scene.state)
end
return { 'done' }
