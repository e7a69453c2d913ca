-- Repeats a worker's record and standing in full, renews its lease, and tells it what is wished.
--
-- KEYS[1] P:workers
-- KEYS[2] P:worker:{id}
-- KEYS[3] P:worker:{id}:sessions
-- KEYS[4] P:leases:workers
-- KEYS[5] P:events
-- ARGV[1] worker id
-- ARGV[2] lease in ms
-- ARGV[3] serving | draining
-- ARGV[4] wish it heard last: none | cordon | drain
-- ARGV[5] ms of Redis TIME when that was wished; 0 where it heard of none
-- ARGV[6..] field, value, ... of the record
--
-- Returns {'none' | 'cordon' | 'drain', ms when it was wished} | 'unknown'
-- Invariant: only the process that registered a record can keep it alive; nothing is written otherwise.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include identity
--- @include reassert

local id, now = ARGV[1], now_ms()
local status, same = held_by_caller(KEYS[2], 6)
if not status or status == 'offline' or not same then return 'unknown' end

redis.call('HSET', KEYS[2], unpack(ARGV, 6))
redis.call('HSET', KEYS[2], 'last_heartbeat', iso(now))
redis.call('SADD', KEYS[1], id)
redis.call('ZADD', KEYS[4], now + tonumber(ARGV[2]), id)
reassert(KEYS[2], ARGV[4], ARGV[5])
if ARGV[3] == 'draining' and status ~= 'draining' then
  redis.call('HSET', KEYS[2], 'status', 'draining')
  emit(KEYS[5], 'worker.draining', { worker = id })
end
recount(KEYS[2], KEYS[3])
local wished = redis.call('HMGET', KEYS[2], 'wish', 'wished_ms')
return { wished[1] or 'none', wished[2] or '0' }
