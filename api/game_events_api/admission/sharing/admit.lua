-- May these requests go on, and which of their events are stored already? Reads and takes tokens; remembers no event.
--
-- KEYS  young, old: the two generations of stored ids; then for each request the bucket of its API key
-- ARGV  microseconds an event costs, microseconds a full bucket holds, number of requests, events of each request,
--       then every event id asked for
-- Reply {may go on (1 or 0), microseconds until the bucket is full again, and so on for each request},
--       {positions, from 0, of the ids that are stored}
--
-- A bucket is one number: when it will be full again (GCRA). The clock is Redis's, so that machines need not agree on
-- the time; a moment further ahead than any request can have set it means that this clock was set back.
local MAX_EVENTS, SLICE = 500, 1000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost, burst, requests = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local rates = {}
for request = 1, requests do
  local bucket, events = KEYS[2 + request], tonumber(ARGV[3 + request])
  local full_at = tonumber(redis.call('GET', bucket) or now)
  if full_at < now or full_at - now > burst + MAX_EVENTS * cost then
    full_at = now
  end
  local may = full_at - now < burst
  if may then
    full_at = full_at + events * cost
    redis.call('SET', bucket, string.format('%.17g', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
  end
  rates[2 * request - 1] = may and 1 or 0
  rates[2 * request] = full_at - now
end

local stored = {}
local first = 4 + requests
for from = first, #ARGV, SLICE do
  local to = math.min(from + SLICE - 1, #ARGV)
  local young = redis.call('SMISMEMBER', KEYS[1], unpack(ARGV, from, to))
  local old = redis.call('SMISMEMBER', KEYS[2], unpack(ARGV, from, to))
  for i = 1, #young do
    if young[i] == 1 or old[i] == 1 then
      stored[#stored + 1] = from - first + i - 1
    end
  end
end
return {rates, stored}
