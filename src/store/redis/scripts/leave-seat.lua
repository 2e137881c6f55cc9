-- Leaves a seat of the node that asks: { 'left' | 'none' }
--   ARGV[4] the seat
if redis.call('HDEL', box, '@' .. node .. '/' .. ARGV[4]) == 0 then return { 'none' } end
redis.call('HSET', box, 'seen', now)
outlive(box, lives.boxes)
return { 'left' }
