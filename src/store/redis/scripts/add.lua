-- Adds a pending scene: { 'added', scene } | { 'exists' } | { 'full' } | { 'unsound' }
--   KEYS[1] the scene's key
--   ARGV[3] the scene without its times, JSON
--   ARGV[4] how long it lives, ms
--   ARGV[5] how long it is kept after that, ms
--   ARGV[6] how many scenes beside the pending ones the bucket may hold; 0: any number
if not sound() then return { 'unsound' } end
local scene = cjson.decode(ARGV[3])
if find(scene.id) then return { 'exists' } end
-- Nobody waits for the others: each new one takes away a few that are over.
settle(8)
local most = tonumber(ARGV[6])
local others = redis.call('ZCARD', bucket .. names.due) - redis.call('ZCARD', bucket .. names.list .. 'pending')
if most > 0 and others >= most then return { 'full' } end
scene.createdAt = now
scene.expiresAt = now + tonumber(ARGV[4])
scene.keptUntil = scene.expiresAt + tonumber(ARGV[5])
return { 'added', put(scene) }
