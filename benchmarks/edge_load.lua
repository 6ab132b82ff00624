-- wrk's half of the load: the template of GE_TEMPLATE, with a new event id at every @ID@.
--
-- With GE_RATE it is an open loop, as in edge_load.py: requests are due at fixed times, GE_RATE a second, and latency
-- counts from the moment one was due, also when no connection was free then. wrk's timers tick in milliseconds, so a
-- request leaves up to one after it was due; that is part of the latency. What was never answered counts with its age.
local parts, run, counter = {}, os.getenv("GE_RUN"), 0
local file = assert(io.open(os.getenv("GE_TEMPLATE"), "rb"))
local text = file:read("*a") .. "@ID@"
file:close()
for part in text:gmatch("(.-)@ID@") do parts[#parts + 1] = part end
wrk.method = "POST"
wrk.path = os.getenv("GE_PATH")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("GE_KEY")

local function body()
  local whole = { parts[1] }
  for i = 2, #parts do
    counter = counter + 1
    whole[#whole + 1] = string.format("%s-0000-7000-8000-%012x", run, counter)
    whole[#whole + 1] = parts[i]
  end
  return table.concat(whole)
end

local function print_figures(summary, figures)
  io.write(string.format('{"rps":%f,"refused":%d,"p50_ms":%f,"p99_ms":%f,"p99.9_ms":%f%s}\n',
    summary.requests / (summary.duration / 1e6), summary.errors.status + summary.errors.connect + summary.errors.timeout,
    figures(50), figures(99), figures(99.9), os.getenv("GE_RATE") and ',"rate":' .. os.getenv("GE_RATE") or ""))
end

if not os.getenv("GE_RATE") then
  function request() return wrk.format(nil, nil, nil, body()) end
  function done(summary, latency)
    print_figures(summary, function(percent) return latency:percentile(percent) / 1000 end)
  end
  return
end

local ffi = require("ffi")
ffi.cdef "typedef struct { long s, ns; } moment; int clock_gettime(int clock, moment *now);"
local moment, MONOTONIC, PER_MS = ffi.new("moment"), 1, 100
local function now()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.s) * 1e3 + tonumber(moment.ns) / 1e6
end

local interval, last, threads = 1e3 / tonumber(os.getenv("GE_RATE")), nil, {}
local due, oldest, newest = {}, 1, 0
waiting, histogram = {}, {} -- global, so that `done`, which runs in another Lua state, can read them

function setup(thread) threads[#threads + 1] = thread end

function delay()
  last = last and last + interval or now()
  newest = newest + 1
  due[newest] = last
  return math.max(0, math.ceil(last - now()))
end

function request()
  local whole = body()
  if newest > 0 then -- wrk asks once before the first connection, to see whether the request is well-formed
    waiting[string.format("%012x", counter)], due[oldest] = due[oldest], nil
    oldest = oldest + 1
  end
  return wrk.format(nil, nil, nil, whole)
end

local function count(histogram, milliseconds)
  local bin = math.floor(milliseconds * PER_MS)
  histogram[bin] = (histogram[bin] or 0) + 1
end

local answered = 0
local function oldest_waiting() -- the floor's answers name nobody: they come nearly in order
  repeat
    answered = answered + 1
    local id = string.format("%012x", answered)
    if waiting[id] then return id end
  until answered > counter
end

function response(_, _, answer)
  local id = answer:match('"event_id":"%x+%-0000%-7000%-8000%-(%x+)"') or oldest_waiting()
  count(histogram, now() - waiting[id])
  waiting[id] = nil
end

function done(summary)
  local all, bins, total = threads[1]:get("histogram"), {}, 0
  for _, since in pairs(threads[1]:get("waiting")) do count(all, now() - since) end
  for bin, events in pairs(all) do
    bins[#bins + 1] = bin
    total = total + events
  end
  table.sort(bins)
  print_figures(summary, function(percent)
    local left = total * percent / 100
    for _, bin in ipairs(bins) do
      left = left - all[bin]
      if left <= 0 then return bin / PER_MS end
    end
  end)
end
