-- Finds what died without saying so: workers, sessions and digests whose lease ran out.
--
-- KEYS[1] P:workers
-- KEYS[2] P:leases:workers
-- KEYS[3] P:leases:sessions
-- KEYS[4] P:sessions:active
-- KEYS[5] P:events
-- KEYS[6] P:snapshot
-- KEYS[7] P:leases:snapshot
-- ARGV[1] key of a worker without its id
-- ARGV[2] key of a session without its id
-- ARGV[3] ms a record is kept
--
-- Returns the events it caused, each {id, type, worker, session, gateway, reason}
-- Invariant: each fact is reported once, however many sweep; the lease of a session whose worker went
-- offline stays its gateway's.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include leave
--- @include close
--- @include retire

local worker_base, session_base, keep_ms, now = ARGV[1], ARGV[2], ARGV[3], now_ms()
local caused = {}

local function sweep_worker(id)
  local key = worker_base .. id
  local status = redis.call('HGET', key, 'status')
  if not status then
    redis.call('SREM', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  elseif status == 'offline' then
    redis.call('ZREM', KEYS[2], id)
  elseif tonumber(redis.call('ZSCORE', KEYS[2], id) or 0) <= now then
    retire(key, KEYS[2], id, keep_ms)
    caused[#caused + 1] = emit(KEYS[5], 'worker.offline', { worker = id, reason = 'lease_expired' })
  end
end

-- A member of a worker's set without a lease has no owner who could ever release it.
local function drop_orphans(id)
  local key = worker_base .. id
  local dropped = 0
  for _, session in ipairs(redis.call('SMEMBERS', key .. ':sessions')) do
    if not redis.call('ZSCORE', KEYS[3], session) then
      dropped = dropped + redis.call('SREM', key .. ':sessions', session)
    end
  end
  if dropped > 0 then recount(key, key .. ':sessions') end
end

local function sweep_session(id)
  redis.call('ZREM', KEYS[3], id)
  redis.call('SREM', KEYS[4], id)
  local held = redis.call('HMGET', session_base .. id, 'status', 'worker_id')
  if held[1] == 'active' then
    caused[#caused + 1] = close({
      active = KEYS[4], leases = KEYS[3], events = KEYS[5],
      keep_ms = keep_ms, worker_base = worker_base, session_base = session_base,
    }, id, 'error', 'lease_expired')
  else
    leave(worker_base, held[2], id)
  end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do sweep_worker(id) end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do sweep_session(id) end
-- The two indexes differ only when a write was lost; comparing sizes spares the walk otherwise.
if redis.call('SCARD', KEYS[4]) ~= redis.call('ZCARD', KEYS[3]) then
  for _, id in ipairs(redis.call('SMEMBERS', KEYS[4])) do
    if not redis.call('ZSCORE', KEYS[3], id) then sweep_session(id) end
  end
end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  sweep_worker(id)
  drop_orphans(id)
end
for _, field in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', now)) do
  redis.call('HDEL', KEYS[6], field)
  redis.call('ZREM', KEYS[7], field)
end
return caused
