-- Ends an active session: frees its slot, takes it out of the indexes, lets record and journal expire.
local function close(keys, session, outcome, reason)
  local session_key = keys.session_base .. session
  local held = redis.call('HMGET', session_key, 'worker_id', 'gateway_id')
  redis.call('HSET', session_key, 'status', outcome, 'ended_at', iso(now_ms()), 'end_reason', reason)
  redis.call('PEXPIRE', session_key, keys.keep_ms)
  redis.call('PEXPIRE', session_key .. ':events', keys.keep_ms)
  redis.call('SREM', keys.active, session)
  redis.call('ZREM', keys.leases, session)
  leave(keys.worker_base, held[1], session)
  return emit(keys.events, 'session.' .. outcome,
    { worker = held[1], session = session, gateway = held[2], reason = reason })
end
