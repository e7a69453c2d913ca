-- What the store holds of a worker, and whether the process that calls is the one that wrote it.
local function held_by_caller(worker_key, first_field)
  local given = {}
  for i = first_field, #ARGV, 2 do given[ARGV[i]] = ARGV[i + 1] end
  local held = redis.call('HMGET', worker_key, 'status', 'host', 'pid', 'started_at')
  local same = held[2] == given.host and held[3] == given.pid and held[4] == given.started_at
  return held[1], same
end
