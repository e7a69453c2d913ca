-- Creates or re-asserts a worker's record and lease.
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
-- Returns 'registered' | {'taken', host, pid} of the process that has the id
-- Invariant: a record whose lease runs is never overwritten by another process. A wish to drain was meant
-- for the process that is gone; a cordon stays with the id. One that drains is never seen ready.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include identity
--- @include reassert

local id, now = ARGV[1], now_ms()
local status, same = held_by_caller(KEYS[2], 6)
local draining = ARGV[3] == 'draining'
local in_service = status and status ~= 'offline'
local lease_runs = tonumber(redis.call('ZSCORE', KEYS[4], id) or 0) > now

if in_service and not same then
  if lease_runs then return { 'taken', unpack(redis.call('HMGET', KEYS[2], 'host', 'pid')) } end
  emit(KEYS[5], 'worker.offline', { worker = id, reason = 'lease_expired' })
end

if not same and redis.call('HGET', KEYS[2], 'wish') == 'drain' then
  redis.call('HDEL', KEYS[2], 'wish', 'wished_ms')
end
redis.call('HSET', KEYS[2], unpack(ARGV, 6))
reassert(KEYS[2], ARGV[4], ARGV[5])
redis.call('HSET', KEYS[2], 'status', draining and 'draining' or 'ready', 'last_heartbeat', iso(now))
redis.call('PERSIST', KEYS[2])
redis.call('PERSIST', KEYS[3])
redis.call('SADD', KEYS[1], id)
redis.call('ZADD', KEYS[4], now + tonumber(ARGV[2]), id)
recount(KEYS[2], KEYS[3])
if draining then
  if status ~= 'draining' then emit(KEYS[5], 'worker.draining', { worker = id }) end
elseif not same or (status ~= 'ready' and status ~= 'busy') then
  emit(KEYS[5], 'worker.ready', { worker = id })
end
return 'registered'
