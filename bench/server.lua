-- What wrk sends and how it judges answers: `wrk ... -s server.lua URL -- FILE`.
-- The file: all labels in one line, then for each request a line of the labels that its answer is
-- to have, in their order, and a line with its body. Tabs divide labels; an empty line checks none.
-- There are as many threads as connections, so that each answer is that of the last request.

local count = 0

function setup(thread)
   thread:set("number", count)
   count = count + 1
   threads = threads or {}
   table.insert(threads, thread)
end

local function split(line)
   local parts = {}
   for part in line:gmatch("[^\t]+") do
      table.insert(parts, part)
   end
   return parts
end

function init(arguments)
   requests, expected, known = {}, {}, {}
   wrong, failed = 0, 0
   local lines = io.lines(arguments[1])
   for _, label in ipairs(split(lines())) do
      known[label] = true
   end
   local headers = { ["content-type"] = "application/json" }
   for labels in lines do
      table.insert(expected, split(labels))
      table.insert(requests, wrk.format("POST", nil, headers, lines()))
   end
   -- Threads begin at different texts.
   last = number * 7
end

function request()
   last = last % #requests + 1
   return requests[last]
end

-- Whether the labels among an answer's strings, keys left out, are those that are expected.
local function is_right(body, labels)
   local found = 0
   for text in body:gmatch('"([^"]*)"%s*[,%]}]') do
      if known[text] then
         found = found + 1
         if text ~= labels[found] then
            return false
         end
      end
   end
   return found == #labels
end

function response(status, _, body)
   if status ~= 200 then
      failed = failed + 1
   elseif #expected[last] > 0 and not is_right(body, expected[last]) then
      wrong = wrong + 1
   end
end

function done(summary, latency, _)
   local all_wrong, all_failed = 0, 0
   for _, thread in ipairs(threads) do
      all_wrong = all_wrong + thread:get("wrong")
      all_failed = all_failed + thread:get("failed")
   end
   local errors = summary.errors
   local broken = errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format(
      '\n{"requests":%d,"seconds":%.6f,"wrong":%d,"failed":%d,"broken":%d,"p50":%.3f,"p99":%.3f}\n',
      summary.requests, summary.duration / 1e6, all_wrong, all_failed, broken,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
   ))
end
