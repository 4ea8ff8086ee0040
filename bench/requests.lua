-- For wrk: sends the requests of a file in their order, again from the start at its end.
-- A line is METHOD, PATH and, for some, BODY, with tabs between.
-- Prints how often it had to start again, for then answers may have been kept.
local requests, at, again = {}, 0, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^(%u+)\t([^\t]+)\t?(.*)$")
    if body == "" then body = nil end
    requests[#requests + 1] = wrk.format(method, path, nil, body)
  end
end

function request()
  at = at + 1
  if at > #requests then
    at, again = 1, again + 1
    wrk.thread:set("again", again)
  end
  return requests[at]
end

function done()
  for _, thread in ipairs(threads) do
    print("Started again: " .. (thread:get("again") or 0))
  end
end
