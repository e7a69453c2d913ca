-- Writes active_sessions from the set, and ready or busy from it; draining and offline are sticky. Busy
-- means that no new session gets a slot, because none is free or an operator wants it so. Needs slots.
-- A worker without a record stays without one: half a hash would look like a worker.
local function recount(worker_key, sessions_key)
  local held = redis.call('HMGET', worker_key, 'status', 'capacity', 'wish')
  if not held[1] then return end
  local active = redis.call('SCARD', sessions_key)
  local status = held[1]
  if status == 'ready' or status == 'busy' then
    local is_closed = held[3] or active >= normal_slots(tonumber(held[2] or 0))
    status = is_closed and 'busy' or 'ready'
  end
  redis.call('HSET', worker_key, 'active_sessions', active, 'status', status)
end
