-- wrk's half of the load: the template of GE_TEMPLATE, with a new event id at every @ID@.
local parts, run, counter = {}, os.getenv("GE_RUN"), 0
local file = assert(io.open(os.getenv("GE_TEMPLATE"), "rb"))
local text = file:read("*a") .. "@ID@"
file:close()
for part in text:gmatch("(.-)@ID@") do parts[#parts + 1] = part end
wrk.method = "POST"
wrk.path = os.getenv("GE_PATH")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("GE_KEY")

function request()
  local whole = { parts[1] }
  for i = 2, #parts do
    counter = counter + 1
    whole[#whole + 1] = string.format("%s-0000-7000-8000-%012x", run, counter)
    whole[#whole + 1] = parts[i]
  end
  return wrk.format(nil, nil, nil, table.concat(whole))
end

function done(summary, latency)
  io.write(string.format('{"rps":%f,"refused":%d,"p50_ms":%f,"p99_ms":%f,"p99.9_ms":%f}\n',
    summary.requests / (summary.duration / 1e6), summary.errors.status + summary.errors.connect + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency:percentile(99.9) / 1000))
end
