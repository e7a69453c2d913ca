-- Brings together the wish that the store holds and the one that the worker has heard: the later one counts, so a
-- store that came back empty, or as it was some time ago, learns what it forgot and overrules nobody.
local function reassert(worker_key, heard, heard_ms)
  local held_ms = tonumber(redis.call('HGET', worker_key, 'wished_ms') or 0)
  if tonumber(heard_ms) <= held_ms then return end
  redis.call('HSET', worker_key, 'wished_ms', heard_ms)
  if heard == 'none' then
    redis.call('HDEL', worker_key, 'wish')
  else
    redis.call('HSET', worker_key, 'wish', heard)
  end
end
