-- Stops new reservations on a worker.
--
-- KEYS[1] P:worker:{id}
-- KEYS[2] P:events
-- ARGV[1] worker id
--
-- Returns 'draining' | 'unchanged'
-- Invariant: only ready and busy become draining; the second call changes nothing.

--- @include emit

local status = redis.call('HGET', KEYS[1], 'status')
if status ~= 'ready' and status ~= 'busy' then return 'unchanged' end
redis.call('HSET', KEYS[1], 'status', 'draining')
emit(KEYS[2], 'worker.draining', { worker = ARGV[1] })
return 'draining'
