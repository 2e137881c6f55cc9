-- The browser is there: { 'first' | 'again', scene } | { 'none' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] hash of the claim
--   ARGV[5] the node that holds the socket; empty: there is none
local scene, text = find(ARGV[3])
local holder = ARGV[5]
if not scene or scene.claimHash ~= ARGV[4] then return { 'none' } end
local first, former = not scene.attended, scene.node
if not first and holder == '' then return { 'again', text } end
scene.attended = true
if holder ~= '' then
  scene.node = holder
  scene.attachment = scene.attachment + 1
end
text = put(scene, scene.state)
if holder ~= '' and former ~= holder then
  tell(former, '"replaced":' .. cjson.encode(scene.id) .. ',"attachment":' .. scene.attachment)
end
return { first and 'first' or 'again', text }
