-- Drops what is kept of a worker that is not there any more.
--
-- KEYS[1] P:workers
-- KEYS[2] P:worker:{id}
-- KEYS[3] P:worker:{id}:sessions
-- KEYS[4] P:leases:workers
-- KEYS[5] P:snapshot
-- KEYS[6] P:leases:snapshot
-- ARGV[1] worker id
-- ARGV[2] ms the session set is kept
-- ARGV[3] field of the worker's digest
--
-- Returns 'forgotten' | 'alive' | 'unknown'
-- Invariant: a record whose lease runs stays. The session set stays too, because only the sessions'
-- owners know whether they moved on.

--- @include now

local status = redis.call('HGET', KEYS[2], 'status')
if not status then return 'unknown' end
local lease = tonumber(redis.call('ZSCORE', KEYS[4], ARGV[1]) or 0)
if status ~= 'offline' and lease > now_ms() then return 'alive' end

redis.call('DEL', KEYS[2])
redis.call('PEXPIRE', KEYS[3], ARGV[2])
redis.call('SREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[3])
redis.call('ZREM', KEYS[6], ARGV[3])
return 'forgotten'
