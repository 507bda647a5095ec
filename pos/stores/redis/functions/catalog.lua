-- The records of the catalog, and what is on hand, as whoever edits them has it.

-- Two JSON values, compared: texts of other programs may be spaced otherwise.
local function same(a, b)
  if type(a) ~= type(b) then return false end
  if type(a) ~= 'table' then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- write KEYS lane changes on_hand held events, then hash order of each record
--       ARGS lane run fence id, then table key expected record of each ('' none, '*' whatever stands there)
-- Write records of the catalog, or what is on hand, if all are as expected. A counter is `on_hand held`.
-- Told again by its id, it changes nothing: what was expected is what it has written itself.
local function write(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'stream', [keys[3]] = 'hash', [keys[4]] = 'hash', [keys[5]] = 'stream',
  })
  if no then return no end
  local moves = {}
  if redis.call('HGET', keys[1], 'written') == args[4] then return {'ok', ''} end
  for at = 5, #args, 4 do
    local name, key, expected, record = args[at], args[at + 1], args[at + 2], args[at + 3]
    local hash = keys[6 + (at - 5) / 2]
    if name == 'counters' then
      local counts, wrong = stands(keys[3], keys[4], {key})
      if wrong then return wrong end
      if expected ~= '*' and expected ~= text(counts[key][1]) .. ' ' .. text(counts[key][2]) then
        local answer = told(keys[2], args[1], '', counts, {key}, redis.call('HGET', keys[1], 'delivered'))
        answer[1] = 'changed'
        return answer
      end
      moves[key] = tonumber(string.match(record, '^(-?%d+) ')) - counts[key][1]
    else
      local bad = require_kinds({[hash] = 'hash', [keys[7 + (at - 5) / 2]] = 'zset'})
      if bad then return bad end
      local found = redis.call('HGET', hash, key)
      if expected ~= '*' and expected ~= (found or '') then
        if expected == '' or not found or not same(cjson.decode(found), cjson.decode(expected)) then
          return {'changed', ''}
        end
      end
    end
  end
  redis.call('HSET', keys[1], 'written', args[4])
  local id, names = '', {}
  for at = 5, #args, 4 do
    local name, key, record = args[at], args[at + 1], args[at + 3]
    local hash, order = keys[6 + (at - 5) / 2], keys[7 + (at - 5) / 2]
    if name == 'counters' then
      local on_hand = tonumber(string.match(record, '^(-?%d+) '))
      redis.call('HSET', keys[3], key, text(on_hand))
      names[#names + 1] = key
    else
      if record == '' then
        redis.call('HDEL', hash, key)
        redis.call('ZREM', order, key)
      else
        redis.call('HSET', hash, key, record)
        if not redis.call('ZSCORE', order, key) then
          local last = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2]
          redis.call('ZADD', order, text(tonumber(last or '0') + 1), key)
        end
      end
      id = redis.call('XADD', keys[2], 'MAXLEN', '~', CHANGES_KEPT, '*', 'l', args[1], 't', name, 'k', key)
    end
  end
  if #names > 0 then
    publish_stock(keys[5], args[1], names, moves)
    return told(keys[2], args[1], '', stands(keys[3], keys[4], names), names, redis.call('HGET', keys[1], 'delivered'))
  end
  return {'ok', id}
end

-- Values in handfuls, as many as a command takes at once.
local function handfuls(values)
  local pieces = {}
  for first = 1, #values, AT_ONCE do
    pieces[#pieces + 1] = {unpack(values, first, math.min(first + AT_ONCE - 1, #values))}
  end
  return pieces
end

local function call_with(command, key, values)
  for _, some in ipairs(handfuls(values)) do redis.call(command, key, unpack(some)) end
end

-- load KEYS changes on_hand held events, then hash order of each kind
--      ARGS told(each|all|counts|none), then number of the kind, key, expected record ('' none), record ('' none),
--      counter ('' none), by how much it moves, of each
-- Write records of the catalog, each with what its counter moves by, for whoever is no till: all, or none if one is
-- neither as expected nor as it is to be. What is as it is to be stays, and its counter.
local function load(keys, args)
  local kinds = {[keys[1]] = 'stream', [keys[2]] = 'hash', [keys[3]] = 'hash', [keys[4]] = 'stream'}
  for at = 5, #keys, 2 do kinds[keys[at]], kinds[keys[at + 1]] = 'hash', 'zset' end
  local no = require_kinds(kinds)
  if no then return no end
  local asked, known, counters, counts = {}, {}, {}, {}
  for at = 2, #args, 6 do
    local hash = keys[3 + 2 * args[at]]
    asked[hash] = asked[hash] or {}
    table.insert(asked[hash], args[at + 1])
    if args[at + 4] ~= '' then counters[#counters + 1] = args[at + 4] end
  end
  for hash, names in pairs(asked) do
    known[hash] = {}
    for _, some in ipairs(handfuls(names)) do
      for i, found in ipairs(redis.call('HMGET', hash, unpack(some))) do known[hash][some[i]] = found or '' end
    end
  end
  for _, some in ipairs(handfuls(counters)) do
    local stand, wrong = stands(keys[2], keys[3], some)
    if wrong then return wrong end
    for name, count in pairs(stand) do counts[name] = count end
  end
  local puts, places, gone, last, moved, moves, on_hand, done = {}, {}, {}, {}, {}, {}, {}, {}
  for at = 2, #args, 6 do
    local hash, order, key = keys[3 + 2 * args[at]], keys[4 + 2 * args[at]], args[at + 1]
    local expected, record, counter, found = args[at + 2], args[at + 3], args[at + 4], known[hash][key]
    if found ~= record then
      local other = found ~= expected and (found == '' or expected == '')
      if other or (found ~= expected and not same(cjson.decode(found), cjson.decode(expected))) then
        return {'changed', args[at], key}
      end
      puts[hash], places[order], gone[hash] = puts[hash] or {}, places[order] or {}, gone[hash] or {}
      if record == '' then
        table.insert(gone[hash], key)
      else
        table.insert(puts[hash], key)
        table.insert(puts[hash], record)
        if found == '' then
          last[order] = (last[order] or tonumber(redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2] or '0')) + 1
          table.insert(places[order], text(last[order]))
          table.insert(places[order], key)
        end
      end
      if counter ~= '' then
        counts[counter][1] = counts[counter][1] + tonumber(args[at + 5])
        moves[counter] = (moves[counter] or 0) + tonumber(args[at + 5])
        moved[#moved + 1] = counter
        on_hand[#on_hand + 1] = counter
        on_hand[#on_hand + 1] = text(counts[counter][1])
      end
      done[#done + 1] = {hash, key}
    end
  end
  for at = 5, #keys, 2 do
    local hash, order = keys[at], keys[at + 1]
    call_with('HSET', hash, puts[hash] or {})
    call_with('ZADD', order, places[order] or {})
    call_with('HDEL', hash, gone[hash] or {})
    call_with('ZREM', order, gone[hash] or {})
  end
  call_with('HSET', keys[2], on_hand)
  if args[1] == 'each' then
    for _, each in ipairs(done) do
      redis.call('XADD', keys[1], 'MAXLEN', '~', CHANGES_KEPT, '*', 't', string.match(each[1], '}:(.+)$'), 'k', each[2])
    end
  end
  if args[1] ~= 'none' then
    for _, some in ipairs(handfuls(moved)) do
      told(keys[1], '', '', counts, some)
      publish_stock(keys[4], '', some, moves)
    end
  end
  if args[1] == 'all' and #done > 0 then redis.call('XADD', keys[1], 'MAXLEN', '~', CHANGES_KEPT, '*', 't', '*') end
  return {'ok', text(#done)}
end

redis.register_function('NAME_write', write)
redis.register_function('NAME_load', load)
