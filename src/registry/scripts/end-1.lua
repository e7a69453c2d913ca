-- Asks a session's owner to end it with its next renewal.
--
-- KEYS[1] P:session:{id}
-- ARGV[1] reason
--
-- Returns 'asked' | 'unknown' | 'already-ended'
-- Invariant: the only writer of end_requested; the first reason stands.

local status = redis.call('HGET', KEYS[1], 'status')
if not status then return 'unknown' end
if status ~= 'active' then return 'already-ended' end
redis.call('HSETNX', KEYS[1], 'end_requested', ARGV[1])
return 'asked'
