-- Takes messages out of a box: { 'gone', how many were there }
--   ARGV[4] and all after it: the seq of one
local gone = 0
for i = 4, #ARGV do
  local seq, length = tonumber(ARGV[i]), redis.call('LLEN', mail)
  local place = placeAfter(seq - 1, length)
  local text = place < length and redis.call('LINDEX', mail, place)
  local _, tag, found = head(text or '')
  if found == seq then
    count(tag, -1)
    gone = gone + 1
    if place == 0 then
      redis.call('LPOP', mail)
    else
      redis.call('LSET', mail, place, '')
      redis.call('LREM', mail, 1, '')
    end
  end
end
return { 'gone', tostring(gone) }
