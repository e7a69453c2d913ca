-- Appends one fleet event; its time is the entry id. Returns it as {id, type, worker, session, gateway, reason}.
local function emit(events_key, kind, about)
  local worker, session = about.worker or '', about.session or ''
  local gateway, reason = about.gateway or '', about.reason or ''
  local id = redis.call('XADD', events_key, 'MAXLEN', '~', 10000, '*', 'type', kind,
    'worker_id', worker, 'session_id', session, 'gateway_id', gateway, 'reason', reason)
  return { id, kind, worker, session, gateway, reason }
end
