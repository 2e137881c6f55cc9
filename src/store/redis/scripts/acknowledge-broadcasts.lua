-- A user has the broadcasts of his site up to here: { 'known' }
--   ARGV[4] the seq of the last one
if tonumber(ARGV[4]) > tonumber(redis.call('HGET', box, 'heard') or 0) then
  redis.call('HSET', box, 'heard', ARGV[4])
  outlive(box, lives.boxes)
end
return { 'known' }
