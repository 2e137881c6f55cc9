-- Begins every script of a bucket. Not a step by itself.
--   KEYS[1]  what the step is about
--   KEYS[2]  the bucket: how all its keys begin, in the same slot
--   ARGV[1]  the node that asks
--   ARGV[2]  the step is refused when it comes later than this, ms; 0: never
-- `names.…` (src/store/redis/keys.ts) and `lives.…` (lifetimes in ms) are put in by the program, as they are.
local bucket, node, latest = KEYS[2], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Each may answer { 'late' }: the program gave up on it, and said so, and what it no longer waits for must not happen.
if latest > 0 and now > latest then return { 'late' } end

-- Gives 1, or 0 when there is no such key.
local function keep(key, lifetime)
  return redis.call('PEXPIRE', key, lifetime)
end

-- Tells a node. Numbered, so that a lost message is missed. Gives how many hear it.
local function publish(holder, message)
  local counter = bucket .. names.woken .. holder
  local number = redis.call('INCR', counter)
  keep(counter, lives.wakeUps)
  return redis.call('SPUBLISH', bucket .. names.node .. holder, '{"number":' .. number .. ',' .. message .. '}')
end

-- The second in which something began: the times we compare with have whole seconds.
local function second(ms)
  return math.floor(ms / 1000) * 1000
end

-- Found as it stands: a pattern would be tried at every letter before it.
local function running()
  local info = redis.call('INFO', 'server')
  local at = string.find(info, 'run_id:', 1, true) + 7
  return string.sub(info, at, at + 39)
end

local function mark(run, since)
  redis.call('SET', bucket .. names.run, run, 'PX', lives.marks)
  if not since then return end
  redis.call('SET', bucket .. names.since, since, 'PX', lives.marks)
  redis.call('SET', bucket .. names.begun, since, 'PX', lives.marks)
end

-- Whether what the bucket holds is all that was ever acknowledged, as far as known.
local function sound()
  local run, known = running(), redis.call('GET', bucket .. names.run)
  if known == run then return true end
  if known or redis.call('ZCARD', bucket .. names.due) > 0 then return false end
  mark(run, second(now))
  return true
end
