-- Counts somebody who is not the owner: { 'moved' | 'refused', scene } | { 'none' }
--   KEYS[1] the scene's key
--   ARGV[3] its id
--   ARGV[4] the openid
--   ARGV[5] how many are let be
--   ARGV[6] the change that the next one causes, JSON
local scene, text = find(ARGV[3])
if not scene then return { 'none' } end
local strangers, most = scene.strangers or {}, tonumber(ARGV[5])
local counted = scene.openid == ARGV[4] or #strangers > most
for _, stranger in ipairs(strangers) do
  counted = counted or stranger == ARGV[4]
end
if counted or not machine.living[scene.state] then return { 'refused', text } end
table.insert(strangers, ARGV[4])
scene.strangers = strangers
text = put(scene, scene.state)
if #strangers <= most then return { 'refused', text } end
local moved = advance(scene, cjson.decode(ARGV[6]))
return { moved and 'moved' or 'refused', moved or text }
