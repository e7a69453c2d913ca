-- Frees a session's slot and closes its record.
--
-- KEYS[1] P:session:{id}
-- KEYS[2] P:sessions:active
-- KEYS[3] P:leases:sessions
-- KEYS[4] P:events
-- ARGV[1] session id
-- ARGV[2] epoch
-- ARGV[3] outcome: ended | error
-- ARGV[4] reason
-- ARGV[5] seconds of audio
-- ARGV[6] committed samples
-- ARGV[7] ms the record is kept
-- ARGV[8] key of a worker without its id
-- ARGV[9] key of a session without its id
--
-- Returns 'released' | 'already-released' | 'fenced'
-- Invariant: the first outcome wins; a slot is freed once.

--- @include now
--- @include emit
--- @include slots
--- @include recount
--- @include leave
--- @include close

local session, epoch = ARGV[1], tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'status', 'epoch')
if held[2] and tonumber(held[2]) > epoch then return 'fenced' end
if held[1] ~= 'active' then return 'already-released' end

redis.call('HSET', KEYS[1], 'epoch', epoch, 'audio_duration', ARGV[5], 'committed', ARGV[6])
close({
  active = KEYS[2], leases = KEYS[3], events = KEYS[4],
  keep_ms = ARGV[7], worker_base = ARGV[8], session_base = ARGV[9],
}, session, ARGV[3], ARGV[4])
return 'released'
