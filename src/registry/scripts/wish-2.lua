-- Writes what an operator wants of a worker, for the worker to obey with its next beat.
--
-- KEYS[1] P:worker:{id}
-- KEYS[2] P:worker:{id}:sessions
-- ARGV[1] wish: none | cordon | drain
--
-- Returns 'asked' | 'unknown' | 'offline'
-- Invariant: each wish is later than those before it, also where the clock went back with a failover; a worker
-- that is offline is asked for nothing.

--- @include now
--- @include slots
--- @include recount
--- @include reassert

local status = redis.call('HGET', KEYS[1], 'status')
if not status then return 'unknown' end

if ARGV[1] ~= 'none' and status == 'offline' then return 'offline' end

local held_ms = tonumber(redis.call('HGET', KEYS[1], 'wished_ms') or 0)
reassert(KEYS[1], ARGV[1], math.max(now_ms(), held_ms + 1))
recount(KEYS[1], KEYS[2])
return 'asked'
