-- Takes a session out of a worker's set and brings that worker's counter up to date.
local function leave(worker_base, worker, session)
  if not worker then return end
  local worker_key = worker_base .. worker
  redis.call('SREM', worker_key .. ':sessions', session)
  recount(worker_key, worker_key .. ':sessions')
end
