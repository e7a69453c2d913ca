-- Takes a worker out of service: status offline, lease gone, records kept for keep_ms. Its session set
-- stays, because only the sessions' owners know whether they moved on.
local function retire(worker_key, leases_key, id, keep_ms)
  redis.call('HSET', worker_key, 'status', 'offline')
  redis.call('ZREM', leases_key, id)
  redis.call('PEXPIRE', worker_key, keep_ms)
  redis.call('PEXPIRE', worker_key .. ':sessions', keep_ms)
end
