-- Writes what an operator wants of a worker, for the worker to obey with its next beat.
--
-- KEYS[1] P:worker:{id}
-- KEYS[2] P:worker:{id}:sessions
-- ARGV[1] wish: none | cordon | drain
--
-- Returns 'asked' | 'unknown' | 'offline'
-- Invariant: the only writer of wish and wished_at; a worker that is offline is asked for nothing.

--- @include now
--- @include slots
--- @include recount

local status = redis.call('HGET', KEYS[1], 'status')
if not status then return 'unknown' end

if ARGV[1] == 'none' then
  redis.call('HDEL', KEYS[1], 'wish', 'wished_at')
elseif status == 'offline' then
  return 'offline'
else
  redis.call('HSET', KEYS[1], 'wish', ARGV[1], 'wished_at', iso(now_ms()))
end
recount(KEYS[1], KEYS[2])
return 'asked'
