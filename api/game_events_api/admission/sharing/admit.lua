-- May these requests go on, and which of their events are stored already? Reads and takes tokens; remembers no event.
--
-- KEYS  young, old: the two generations of stored events, fingerprints by name; then for each request the bucket of its
--       API key
-- ARGV  microseconds an event costs, microseconds a full bucket holds, number of requests, tokens of each request,
--       then the name of every event asked for, then the fingerprint of each
-- Reply {may go on (1 or 0), microseconds until the bucket is full again, and so on for each request},
--       {positions, from 0, of the events that are stored}, {of those of whose name only other content is stored}
--
-- A name's first content stands under the name, each further one under `<name>/<fingerprint in hexadecimal digits>`.
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

local function further(name, fingerprint)
  return name .. '/' .. fingerprint:gsub('.', function(byte) return string.format('%02x', byte:byte()) end)
end

local stored, reused = {}, {}
local first = 4 + requests
local events = (#ARGV - first + 1) / 2
for from = first, first + events - 1, SLICE do
  local to = math.min(from + SLICE, first + events) - 1
  local young = redis.call('HMGET', KEYS[1], unpack(ARGV, from, to))
  local old = redis.call('HMGET', KEYS[2], unpack(ARGV, from, to))
  for i = 1, #young do
    if young[i] or old[i] then
      local at = from + i - 1
      local name, fingerprint = ARGV[at], ARGV[at + events]
      local known = young[i] == fingerprint or old[i] == fingerprint
      if not known then
        local field = further(name, fingerprint)
        known = redis.call('HEXISTS', KEYS[1], field) == 1 or redis.call('HEXISTS', KEYS[2], field) == 1
      end
      table.insert(known and stored or reused, at - first)
    end
  end
end
return {rates, stored, reused}
