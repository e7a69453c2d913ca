-- Publishes the digest of one process.
--
-- KEYS[1] P:snapshot
-- KEYS[2] P:leases:snapshot
-- ARGV[1] field
-- ARGV[2] JSON
-- ARGV[3] lease in ms
--
-- Returns 'published'
-- Invariant: each field of the snapshot has a lease, so a killed process disappears from it.

--- @include now

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now_ms() + tonumber(ARGV[3]), ARGV[1])
return 'published'
