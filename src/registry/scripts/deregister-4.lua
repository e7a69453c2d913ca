-- Takes a worker out of the fleet at its own wish.
--
-- KEYS[1] P:workers
-- KEYS[2] P:worker:{id}
-- KEYS[3] P:leases:workers
-- KEYS[4] P:events
-- ARGV[1] worker id
-- ARGV[2] ms the record is kept
--
-- Returns 'offline' | 'unchanged'
-- Invariant: going offline is reported once.

--- @include emit
--- @include retire

local id = ARGV[1]
local status = redis.call('HGET', KEYS[2], 'status')
redis.call('SREM', KEYS[1], id)
if not status or status == 'offline' then return 'unchanged' end
retire(KEYS[2], KEYS[3], id, ARGV[2])
emit(KEYS[4], 'worker.offline', { worker = id, reason = 'deregistered' })
return 'offline'
