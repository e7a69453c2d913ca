-- Repeats a worker's record in full, renews its lease, and tells it what is wished.
--
-- KEYS[1] P:workers
-- KEYS[2] P:worker:{id}
-- KEYS[3] P:worker:{id}:sessions
-- KEYS[4] P:leases:workers
-- ARGV[1] worker id
-- ARGV[2] lease in ms
-- ARGV[3..] field, value, ... of the record
--
-- Returns 'none' | 'cordon' | 'drain' | 'unknown'
-- Invariant: only the process that registered a record can keep it alive; nothing is written otherwise.

--- @include now
--- @include slots
--- @include recount
--- @include identity

local id, now = ARGV[1], now_ms()
local status, same = held_by_caller(KEYS[2], 3)
if not status or status == 'offline' or not same then return 'unknown' end

redis.call('HSET', KEYS[2], unpack(ARGV, 3))
redis.call('HSET', KEYS[2], 'last_heartbeat', iso(now))
redis.call('SADD', KEYS[1], id)
redis.call('ZADD', KEYS[4], now + tonumber(ARGV[2]), id)
recount(KEYS[2], KEYS[3])
return redis.call('HGET', KEYS[2], 'wish') or 'none'
