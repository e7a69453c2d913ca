-- Repeats a session's claim in full: lease, progress, and whatever a lost write took away.
--
-- KEYS[1] P:worker:{id}
-- KEYS[2] P:worker:{id}:sessions
-- KEYS[3] P:session:{id}
-- KEYS[4] P:sessions:active
-- KEYS[5] P:leases:sessions
-- KEYS[6] P:events
-- ARGV[1] session id
-- ARGV[2] worker id
-- ARGV[3] epoch
-- ARGV[4] lease in ms
-- ARGV[5] gateway id
-- ARGV[6] key of a worker without its id
-- ARGV[7..] field, value, ... of the session record, progress included
--
-- Returns 'renewed' | 'lost' | {'unwanted', reason} where it was renewed and somebody wants it to end
-- Invariant: an epoch below the stored one, or a record its owner released, writes nothing. A record
-- the sweep closed comes back: the sweep only presumed the owner dead, and here the owner speaks.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include leave

local session, worker, epoch, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), now_ms()
local held = redis.call('HMGET', KEYS[3], 'status', 'epoch', 'worker_id', 'end_reason')
local swept = held[1] == 'error' and held[4] == 'lease_expired'
if held[2] and tonumber(held[2]) > epoch then return 'lost' end
if held[1] and held[1] ~= 'active' and not swept then return 'lost' end

if held[3] and held[3] ~= worker then leave(ARGV[6], held[3], session) end
redis.call('HSET', KEYS[3], unpack(ARGV, 7))
redis.call('HSET', KEYS[3], 'worker_id', worker, 'status', 'active', 'epoch', epoch)
redis.call('HSETNX', KEYS[3], 'started_at', iso(now))
redis.call('HSETNX', KEYS[3], 'failovers', 0)
redis.call('SADD', KEYS[4], session)
redis.call('ZADD', KEYS[5], now + tonumber(ARGV[4]), session)
if redis.call('SADD', KEYS[2], session) == 1 then recount(KEYS[1], KEYS[2]) end
if swept then
  redis.call('HDEL', KEYS[3], 'ended_at', 'end_reason')
  redis.call('PERSIST', KEYS[3])
  redis.call('PERSIST', KEYS[3] .. ':events')
  emit(KEYS[6], 'session.started', { worker = worker, session = session, gateway = ARGV[5], reason = 'owner_returned' })
end
local reason = redis.call('HGET', KEYS[3], 'end_requested')
if reason then return { 'unwanted', reason } end
return 'renewed'
