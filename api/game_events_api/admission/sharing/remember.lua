-- These events are on disk. Two generations, as in the worker's own window: the older is forgotten as a whole.
--
-- KEYS  young, old: fingerprints by name
-- ARGV  events a generation holds, milliseconds after which an unused generation goes, then name, fingerprint, name, …
local SLICE = 1000
for from = 3, #ARGV, SLICE do
  redis.call('HSET', KEYS[1], unpack(ARGV, from, math.min(from + SLICE - 1, #ARGV)))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[2])
  redis.call('RENAME', KEYS[1], KEYS[2])
end
return redis.status_reply('OK')
