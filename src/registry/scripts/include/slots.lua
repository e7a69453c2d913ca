-- The slots of a worker that new sessions may take: all below a capacity of 20, else one in 20 is kept
-- for sessions that lost their worker. The same as normalSlots in slots.ts.
local function normal_slots(capacity)
  return capacity - math.floor(capacity / 20)
end
