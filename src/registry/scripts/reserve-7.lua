-- Claims one slot of a worker for a session; moves the session there when another worker had it.
--
-- KEYS[1] P:worker:{id}
-- KEYS[2] P:worker:{id}:sessions
-- KEYS[3] P:session:{id}
-- KEYS[4] P:sessions:active
-- KEYS[5] P:leases:workers
-- KEYS[6] P:leases:sessions
-- KEYS[7] P:events
-- ARGV[1] session id
-- ARGV[2] worker id
-- ARGV[3] epoch
-- ARGV[4] lease in ms
-- ARGV[5] gateway id
-- ARGV[6] key of a worker without its id
-- ARGV[7] priority: normal | replay
-- ARGV[8..] field, value, ... of the session record
--
-- Returns 'reserved' | 'full' | 'gone' | 'fenced'
-- Invariant: a set never grows past the worker's capacity here, nor, for a new session, into the slots
-- kept for those that lost their worker; a session is in one worker's set, and an epoch below the stored
-- one writes nothing. What an operator wished is obeyed here before the worker has heard of it.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include leave

local session, worker, epoch, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), now_ms()
local held = redis.call('HMGET', KEYS[3], 'status', 'epoch', 'worker_id')
if held[2] and tonumber(held[2]) > epoch then return 'fenced' end

local target = redis.call('HMGET', KEYS[1], 'status', 'capacity', 'wish')
local lease = tonumber(redis.call('ZSCORE', KEYS[5], worker) or 0)
local serves = (target[1] == 'ready' or target[1] == 'busy') and target[3] ~= 'drain'
if not serves or lease <= now then return 'gone' end

local capacity = tonumber(target[2] or 0)
local slots = ARGV[7] == 'replay' and capacity or normal_slots(capacity)
if target[3] == 'cordon' then slots = 0 end
if redis.call('SISMEMBER', KEYS[2], session) == 0 and redis.call('SCARD', KEYS[2]) >= slots then
  return 'full'
end

local was_active = held[1] == 'active'
local moved = held[3] and held[3] ~= worker
if moved then leave(ARGV[6], held[3], session) end

redis.call('HSET', KEYS[3], unpack(ARGV, 8))
redis.call('HSET', KEYS[3], 'worker_id', worker, 'status', 'active', 'epoch', epoch)
redis.call('HSETNX', KEYS[3], 'started_at', iso(now))
redis.call('HSETNX', KEYS[3], 'audio_duration', 0)
redis.call('HSETNX', KEYS[3], 'committed', 0)
redis.call('HINCRBY', KEYS[3], 'failovers', was_active and moved and 1 or 0)
redis.call('HDEL', KEYS[3], 'ended_at', 'end_reason')
redis.call('PERSIST', KEYS[3])
redis.call('PERSIST', KEYS[3] .. ':events')
redis.call('SADD', KEYS[4], session)
redis.call('SADD', KEYS[2], session)
redis.call('ZADD', KEYS[6], now + tonumber(ARGV[4]), session)
recount(KEYS[1], KEYS[2])

local about = { worker = worker, session = session, gateway = ARGV[5] }
if not was_active then
  emit(KEYS[7], 'session.started', about)
elseif moved then
  about.reason = 'from ' .. held[3]
  emit(KEYS[7], 'failover', about)
end
return 'reserved'
