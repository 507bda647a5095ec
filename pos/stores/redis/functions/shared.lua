-- What the server does in one step. Every key is declared, every answer begins with a word.
-- NAME is replaced by the library's name, which is that of this text: tills of two versions use one server.

local CHANGES_KEPT = 20000
local EVENTS_KEPT = 100000
local MOST_COUNTERS = 3000
-- So many values are handed to a command at once: Lua takes no more than some thousand.
local AT_ONCE = 500

-- Why a lane may not write, or nil: it is not known here, or another program has it.
local function refused(lane, run, fence)
  local known = redis.call('HMGET', lane, 'run', 'fence')
  if not known[1] then return {'unknown'} end
  if known[1] ~= run or known[2] ~= fence then return {'fenced', known[2] or ''} end
  return nil
end

-- A key of another kind would stop a step half done: it is found before anything is written.
local function require_kinds(kinds)
  for key, kind in pairs(kinds) do
    local found = redis.call('TYPE', key).ok
    if found ~= kind and found ~= 'none' then
      return {'broken', key, found}
    end
  end
  return nil
end

-- The server's own clock: one that is set wrong at a till changes nothing.
local function milliseconds_now()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
end

local function text(number)
  local whole = string.format('%.0f', number)
  if whole == '-0' then return '0' end
  return whole
end

-- How counters stand: on hand and held by name, or what is wrong.
local function stands(on_hand, held, names)
  local counts = {}
  if #names == 0 then return counts, nil end
  -- More than Lua's stack holds would end a step half done.
  if #names > MOST_COUNTERS then return nil, {'broken', on_hand, 'more than ' .. MOST_COUNTERS .. ' in a step'} end
  local free = redis.call('HMGET', on_hand, unpack(names))
  local taken = redis.call('HMGET', held, unpack(names))
  for i, name in ipairs(names) do
    local a, b = tonumber(free[i] or '0'), tonumber(taken[i] or '0')
    if not a or not b or a ~= math.floor(a) or b ~= math.floor(b) then return nil, {'broken', on_hand, name} end
    counts[name] = {a, b}
  end
  return counts, nil
end

local function names_of(...)
  local names, seen = {}, {}
  for _, claims in ipairs({...}) do
    for _, claim in ipairs(claims) do
      if not seen[claim[1]] then
        seen[claim[1]] = true
        names[#names + 1] = claim[1]
      end
    end
  end
  return names
end

local function sums(claims)
  local amounts = {}
  for _, claim in ipairs(claims) do amounts[claim[1]] = (amounts[claim[1]] or 0) + claim[2] end
  return amounts
end

local function decoded(claims)
  if not claims or claims == '' then return {} end
  return cjson.decode(claims)
end

-- Change what is on hand (1) or held (2) of counters by amounts; `counts` are as they stood, and then as they stand.
local function change(hash, counts, place, amounts, sign)
  local fields = {}
  for name, amount in pairs(amounts) do
    if amount ~= 0 then
      counts[name][place] = counts[name][place] + sign * amount
      fields[#fields + 1] = name
      fields[#fields + 1] = text(counts[name][place])
    end
  end
  if #fields > 0 then redis.call('HSET', hash, unpack(fields)) end
end

-- Tell all tills how counters stand; the answer: the word, the change's id, the last outbox entry of the lane that is in
-- it, and name, on hand, held of each.
local function told(changes, lane, number, counts, names, delivered)
  local entry, answer = {'l', lane, 'n', number}, {'ok', '', delivered or number}
  for _, name in ipairs(names) do
    local count = counts[name]
    entry[#entry + 1] = 'c:' .. name
    entry[#entry + 1] = text(count[1]) .. ' ' .. text(count[2])
    answer[#answer + 1] = name
    answer[#answer + 1] = text(count[1])
    answer[#answer + 1] = text(count[2])
  end
  answer[2] = redis.call('XADD', changes, 'MAXLEN', '~', CHANGES_KEPT, '*', unpack(entry))
  return answer
end

-- Tell other programs what has been done, in the step that did it: `kind` is order, refund or stock, `moves` by how much
-- on hand of each counter has changed; `order`, its `receipt` and the order that it `refunds` are empty where there is none.
-- The order itself is read under its key.
local function publish(events, kind, lane, moves, order, receipt, refunds)
  local said = {}
  for name, amount in pairs(moves) do
    if amount ~= 0 then said[#said + 1] = cjson.encode(name) .. ':' .. text(amount) end
  end
  local entry = {'type', kind, 'at', text(milliseconds_now()), 'lane', lane, 'moves',
    '{' .. table.concat(said, ',') .. '}'}
  for field, value in pairs({order = order, receipt = receipt, refunds = refunds}) do
    if value ~= '' then
      entry[#entry + 1] = field
      entry[#entry + 1] = value
    end
  end
  redis.call('XADD', events, 'MAXLEN', '~', EVENTS_KEPT, '*', unpack(entry))
end

-- Tell of some counters that on hand was corrected, each once, and only what has changed.
local function publish_stock(events, lane, names, moves)
  local corrected = {}
  for _, name in ipairs(names) do
    if moves[name] ~= 0 then corrected[name] = moves[name] end
    moves[name] = 0
  end
  if next(corrected) then publish(events, 'stock', lane, corrected, '', '', '') end
end

-- By how much on hand changes when this is sold.
local function sold_of(claims)
  local moves = sums(claims)
  for name, amount in pairs(moves) do moves[name] = -amount end
  return moves
end
