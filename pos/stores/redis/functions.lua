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

-- hello KEYS lane lanes meta changes
--       ARGS lane journal host version fence acknowledged take(0|1) by lease(s) run first(0|1)
--       shop_id forgotten before
-- Make a lane a till's own, or say whose it is. A run is a program's; one that is not greeting for the `first` time, and
-- whose journal another run has meanwhile, is one of two on copies of a journal; if it is the run `before`, the server
-- was set back. A server that has lost a lane hears
-- again all that its till has not forgotten; one that was filled anew hears what no other has acknowledged. A till
-- whose lane is taken is told. `step` is the last of a sale's, its number and reservation: the till has it, too.
local function hello(keys, args)
  local wrong = require_kinds({[keys[1]] = 'hash', [keys[2]] = 'set', [keys[3]] = 'hash', [keys[4]] = 'stream'})
  if wrong then return wrong end
  local meta = redis.call('HMGET', keys[3], 'format', 'shop_id')
  if not meta[1] then return {'empty'} end
  if tonumber(meta[1]) ~= 1 then return {'format', meta[1]} end
  local milliseconds = text(milliseconds_now())
  local known = redis.call('HMGET', keys[1], 'journal', 'fence', 'delivered', 'host', 'seen', 'lease', 'taken_by', 'run')
  local fence = known[2] or '0'
  if known[1] and known[1] ~= args[2] then
    if args[7] ~= '1' then
      local word = args[5] ~= '0' and 'fenced' or 'taken'
      return {word, fence, known[4] or '', known[5] or '', milliseconds, known[7] or ''}
    end
    if known[6] and tonumber(known[6]) > tonumber(milliseconds) then
      return {'leased', known[6], known[7] or '', milliseconds}
    end
  end
  local run = known[8] or ''
  if known[1] == args[2] and args[11] == '0' and run ~= args[10] and run ~= args[14] then
    return {'doubled', known[4] or ''}
  end
  if known[1] ~= args[2] then
    fence = text(math.max(tonumber(fence) + 1, tonumber(args[5])))
    local delivered = args[12] == meta[2] and args[13] or args[6]
    redis.call('HSET', keys[1], 'journal', args[2], 'fence', fence, 'delivered', delivered, 'host', args[3])
    redis.call('HDEL', keys[1], 'lease', 'taken_by', 'step')
    if args[7] == '1' then
      redis.call('HSET', keys[1], 'taken_by', args[8])
      redis.call('HSET', keys[1], 'lease', text(tonumber(milliseconds) + tonumber(args[9]) * 1000))
      redis.call('XADD', keys[4], 'MAXLEN', '~', CHANGES_KEPT, '*', 't', 'lanes', 'k', args[1], 'j', args[2])
    end
    redis.call('SADD', keys[2], args[1])
  end
  redis.call('HSET', keys[1], 'run', args[10], 'host', args[3], 'version', args[4], 'seen', milliseconds,
    'state', args[7] == '1' and 'taken_over' or 'selling')
  local has = redis.call('HMGET', keys[1], 'delivered', 'step')
  return {'ok', fence, has[1] or '0', milliseconds, meta[2] or '', has[2] or '', run}
end

-- beat KEYS lane  ARGS run fence, then fields and values
-- Say how a till is.
local function beat(keys, args)
  local no = refused(keys[1], args[1], args[2])
  if no then return no end
  local fields = {'seen', text(milliseconds_now())}
  for i = 3, #args do fields[#fields + 1] = args[i] end
  redis.call('HSET', keys[1], unpack(fields))
  return {'ok', fields[2]}
end

-- By how much more claims hold of each counter than those before them.
local function more_than(wanted, had)
  local more = sums(wanted)
  for name, amount in pairs(sums(had)) do more[name] = (more[name] or 0) - amount end
  return more
end

-- The first claim that would go below its floor: the counter, and what is free above that; nil if there is none.
local function short_of(wanted, more, counts)
  for _, each in ipairs(wanted) do
    local name, floor = each[1], each[3]
    local free = counts[name][1] - counts[name][2]
    if floor ~= nil and floor ~= cjson.null and more[name] > 0 and free - more[name] < floor then
      return name, free - floor
    end
  end
  return nil
end

-- claim KEYS lane reservation ended on_hand held open deadlines changes
--       ARGS lane run fence id order state hold(ms, 0 without end) claims document
-- Take hold of all claims or none. Told again, it changes nothing; with other claims, what differs is taken or given.
local function claim(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'string', [keys[4]] = 'hash', [keys[5]] = 'hash', [keys[6]] = 'set',
    [keys[7]] = 'zset', [keys[8]] = 'stream',
  })
  if no then return no end
  local ended = redis.call('GET', keys[3])
  if ended then return {'ended', ended} end
  local before, at = unpack(redis.call('HMGET', keys[2], 'claims', 'at'))
  local wanted, had = decoded(args[8]), decoded(before)
  local names = names_of(wanted, had)
  local counts, wrong = stands(keys[4], keys[5], names)
  if wrong then return wrong end
  local more = more_than(wanted, had)
  local name, free = short_of(wanted, more, counts)
  if name then
    -- How it stands, as of the last change, so that whoever is refused knows at once why.
    local last = redis.call('XREVRANGE', keys[8], '+', '-', 'COUNT', 1)[1]
    local delivered = redis.call('HGET', keys[1], 'delivered') or ''
    return {'short', last and last[1] or '', delivered, name, text(counts[name][1]), text(counts[name][2]), text(free)}
  end
  change(keys[5], counts, 2, more, 1)
  local milliseconds = milliseconds_now()
  redis.call('HSET', keys[2], 'lane', args[1], 'state', args[6], 'claims', args[8], 'order', args[5],
    'document', args[9], 'at', at or text(milliseconds))
  redis.call('SADD', keys[6], args[4])
  if args[7] ~= '0' then
    redis.call('HSET', keys[2], 'deadline', text(milliseconds + tonumber(args[7])))
    redis.call('ZADD', keys[7], text(milliseconds + tonumber(args[7])), args[4])
  elseif before then
    redis.call('HDEL', keys[2], 'deadline')
    redis.call('ZREM', keys[7], args[4])
  end
  return told(keys[8], args[1], '', counts, names, redis.call('HGET', keys[1], 'delivered'))
end

-- Give back what a reservation holds, and forget it.
local function let_go(reservation, claims, counts, held, open, deadlines, id)
  change(held, counts, 2, sums(claims), -1)
  redis.call('DEL', reservation)
  redis.call('SREM', open, id)
  redis.call('ZREM', deadlines, id)
end

-- Whether it is an outbox entry's turn: nil, or the answer to one that was delivered before, or that others come before.
local function not_its_turn(lane, number)
  local delivered, this = tonumber(redis.call('HGET', lane, 'delivered') or '0'), tonumber(number)
  if this <= delivered then return {'ok', ''} end
  if this > delivered + 1 then return {'gap', text(delivered)} end
  return nil
end

-- skip KEYS lane review  ARGS lane run fence number
-- What is before an outbox entry is lost to the server and to its till: somebody has to look.
local function skip(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({[keys[2]] = 'stream'})
  if no then return no end
  local delivered = tonumber(redis.call('HGET', keys[1], 'delivered') or '0')
  if tonumber(args[4]) > delivered + 1 then
    redis.call('XADD', keys[2], 'MAXLEN', '~', CHANGES_KEPT, '*', 'what', 'gap', 'lane', args[1],
      'from', text(delivered + 1), 'to', text(tonumber(args[4]) - 1))
    redis.call('HSET', keys[1], 'delivered', text(tonumber(args[4]) - 1))
  end
  return {'ok'}
end

-- commit KEYS lane reservation ended on_hand held open deadlines changes review order receipt orders events
--        ARGS lane run fence number id order claims document keep(s) receipt refunds('' if it is a sale)
-- What was sold is taken, whatever is there: a shortage is listed. A number of 0 is told late, by the id alone. A
-- reservation that became an order already is not taken again; another receipt, or another order, of it is listed.
local function commit(keys, args)
  local late = args[4] == '0'
  local no = not late and refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'string', [keys[4]] = 'hash', [keys[5]] = 'hash', [keys[6]] = 'set',
    [keys[7]] = 'zset', [keys[8]] = 'stream', [keys[9]] = 'stream', [keys[10]] = 'string', [keys[11]] = 'string',
    [keys[12]] = 'zset', [keys[13]] = 'stream',
  })
  if no then return no end
  local claims = decoded(args[7])
  local known = redis.call('HGET', keys[2], 'claims')
  local had = decoded(known)
  local names = names_of(claims, had)
  local counts, wrong = stands(keys[4], keys[5], names)
  if wrong then return wrong end
  local ended = redis.call('GET', keys[3])
  if not late then
    local answer = not_its_turn(keys[1], args[4])
    if answer then return answer end
    redis.call('HSET', keys[1], 'delivered', args[4], 'step', args[4] .. ' ' .. args[5])
  end
  local sold = ended and string.sub(ended, 1, 9) == 'committed'
  if sold and redis.call('GET', keys[11]) == args[6] then return {'ok', ''} end
  local word = sold and 'twice' or late and 'late'
  if word then
    redis.call('XADD', keys[9], 'MAXLEN', '~', CHANGES_KEPT, '*', 'what', word, 'lane', args[1], 'receipt', args[10],
      'order', args[6], 'reservation', args[5], 'ended', ended or '')
  end
  redis.call('SET', keys[11], args[6], 'EX', args[9])
  if sold and string.sub(ended, 11) == args[6] then return {'ok', ''} end
  let_go(keys[2], had, counts, keys[5], keys[6], keys[7], args[5])
  change(keys[4], counts, 1, sums(claims), -1)
  if not sold then redis.call('SET', keys[3], 'committed ' .. args[6], 'EX', args[9]) end
  redis.call('SET', keys[10], args[8], 'EX', args[9])
  -- By the server's clock: one that is set wrong at a till takes nobody's order out of the list.
  local now = milliseconds_now()
  redis.call('ZADD', keys[12], text(now), args[6])
  redis.call('ZREMRANGEBYSCORE', keys[12], '-inf', text(now - tonumber(args[9]) * 1000))
  if not known then
    for _, each in ipairs(claims) do
      local name, floor = each[1], each[3]
      local free = counts[name][1] - counts[name][2]
      if floor ~= nil and floor ~= cjson.null and each[2] > 0 and free < floor then
        redis.call('XADD', keys[9], 'MAXLEN', '~', CHANGES_KEPT, '*', 'what', 'short', 'lane', args[1],
          'counter', name, 'free', text(free), 'floor', text(floor), 'sold', text(each[2]), 'order', args[6],
          'receipt', args[10])
      end
    end
  end
  publish(keys[13], args[11] == '' and 'order' or 'refund', args[1], sold_of(claims), args[6], args[10], args[11])
  return told(keys[8], args[1], args[4], counts, names)
end

-- release KEYS lane reservation ended on_hand held open deadlines changes review
--         ARGS lane run fence number id state keep(s)
-- Give everything back. A number of 0 is no outbox entry's.
local function release(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'string', [keys[4]] = 'hash', [keys[5]] = 'hash', [keys[6]] = 'set',
    [keys[7]] = 'zset', [keys[8]] = 'stream', [keys[9]] = 'stream',
  })
  if no then return no end
  local had = decoded(redis.call('HGET', keys[2], 'claims'))
  local names = names_of(had)
  local counts, wrong = stands(keys[4], keys[5], names)
  if wrong then return wrong end
  if args[4] ~= '0' then
    local answer = not_its_turn(keys[1], args[4])
    if answer then return answer end
    redis.call('HSET', keys[1], 'delivered', args[4], 'step', args[4] .. ' ' .. args[5])
  end
  if redis.call('EXISTS', keys[3]) == 0 then redis.call('SET', keys[3], args[6], 'EX', args[7]) end
  let_go(keys[2], had, counts, keys[5], keys[6], keys[7], args[5])
  return told(keys[8], args[1], args[4], counts, names)
end

-- note KEYS lane reservation ended on_hand held open deadlines changes review
--      ARGS lane run fence number id claims document('' of one that has ended since)
-- What is newly known of an open reservation; what it holds now is taken or given without asking.
local function note(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[4]] = 'hash', [keys[5]] = 'hash', [keys[7]] = 'zset', [keys[8]] = 'stream',
    [keys[9]] = 'stream',
  })
  if no then return no end
  local wanted, had = decoded(args[6]), decoded(redis.call('HGET', keys[2], 'claims'))
  local names = names_of(wanted, had)
  local counts, wrong = stands(keys[4], keys[5], names)
  if wrong then return wrong end
  local answer = not_its_turn(keys[1], args[4])
  if answer then return answer end
  redis.call('HSET', keys[1], 'delivered', args[4], 'step', args[4] .. ' ' .. args[5])
  if redis.call('EXISTS', keys[2]) == 0 then return {'ok', ''} end
  local more = more_than(wanted, had)
  change(keys[5], counts, 2, more, 1)
  redis.call('HSET', keys[2], 'claims', args[6], 'state', 'charging')
  if args[7] ~= '' then redis.call('HSET', keys[2], 'document', args[7]) end
  redis.call('HDEL', keys[2], 'deadline')
  redis.call('ZREM', keys[7], args[5])
  return told(keys[8], args[1], args[4], counts, names)
end

-- expire KEYS deadlines on_hand held changes, then reservation ended open of each  ARGS keep(s), then each id
-- Give back what is held beyond its time by the server's clock; whoever comes may do it.
local function expire(keys, args)
  local milliseconds = milliseconds_now()
  local answer = {'ok'}
  for i = 2, #args do
    local id, first = args[i], 5 + (i - 2) * 3
    local deadline = redis.call('ZSCORE', keys[1], id)
    local reservation = redis.call('HMGET', keys[first], 'state', 'claims', 'lane')
    if deadline and not reservation[1] then
      redis.call('ZREM', keys[1], id)
    elseif deadline and tonumber(deadline) <= milliseconds and reservation[1] == 'held' then
      local had = decoded(reservation[2])
      local names = names_of(had)
      local counts, wrong = stands(keys[2], keys[3], names)
      if not wrong then
        let_go(keys[first], had, counts, keys[3], keys[first + 2], keys[1], id)
        redis.call('SET', keys[first + 1], 'expired', 'EX', args[1])
        told(keys[4], reservation[3] or '', '', counts, names)
        answer[#answer + 1] = id
      end
    end
  end
  return answer
end

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

-- bring KEYS cart carts changes  ARGS id keep(s) table key, then fields and values
-- A cart of another store, unless one is there.
local function bring(keys, args)
  local no = require_kinds({[keys[1]] = 'hash', [keys[2]] = 'zset', [keys[3]] = 'stream'})
  if no then return no end
  if redis.call('EXISTS', keys[1]) == 1 then return {'other'} end
  redis.call('HSET', keys[1], 'version', '1', unpack(args, 5))
  redis.call('EXPIRE', keys[1], args[2])
  redis.call('ZADD', keys[2], text(milliseconds_now() + tonumber(args[2]) * 1000), args[1])
  redis.call('XADD', keys[3], 'MAXLEN', '~', CHANGES_KEPT, '*', 't', args[3], 'k', args[4])
  return {'ok'}
end

-- take KEYS lane cart carts owned changes  ARGS lane run fence id version(0: none is there) table key
-- Make a cart a lane's own for the step that takes it up, if nobody has changed it.
local function take(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'zset', [keys[4]] = 'set', [keys[5]] = 'stream',
  })
  if no then return no end
  local known = redis.call('HMGET', keys[2], 'version', 'owner')
  if known[2] == args[1] then return {'ok', known[1]} end
  if known[2] or redis.call('EXISTS', keys[2]) == 0 or (known[1] or '0') ~= args[5] then
    return {'changed', known[1] or '0'}
  end
  redis.call('HSET', keys[2], 'owner', args[1])
  redis.call('PERSIST', keys[2])
  redis.call('SADD', keys[4], args[4])
  local id = redis.call('XADD', keys[5], 'MAXLEN', '~', CHANGES_KEPT, '*', 'l', args[1], 't', args[6], 'k', args[7])
  return {'ok', known[1] or '0', id}
end

-- leave KEYS lane cart carts owned changes  ARGS lane run fence id keep(s) table key
-- Give a cart back that was taken and not taken up.
local function leave(keys, args)
  local no = refused(keys[1], args[2], args[3])
  if no then return no end
  if redis.call('HGET', keys[2], 'owner') == args[1] then
    redis.call('HDEL', keys[2], 'owner')
    redis.call('EXPIRE', keys[2], args[5])
    redis.call('ZADD', keys[3], text(milliseconds_now() + tonumber(args[5]) * 1000), args[4])
    redis.call('XADD', keys[5], 'MAXLEN', '~', CHANGES_KEPT, '*', 'l', args[1], 't', args[6], 'k', args[7])
  end
  redis.call('SREM', keys[4], args[4])
  return {'ok'}
end

-- put KEYS lane cart carts owned changes  ARGS lane run fence number id keep(s) table key, then fields and values
-- A cart as its till has left it; `other`: another one is there meanwhile, and stays, also one of the till's own.
local function put(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'zset', [keys[4]] = 'set', [keys[5]] = 'stream',
  })
  if no then return no end
  local answer = not_its_turn(keys[1], args[4])
  if answer then return answer end
  local known = redis.call('HMGET', keys[2], 'version', 'owner', 'by', 'ticket')
  local ticket = false
  for i = 9, #args, 2 do
    if args[i] == 'ticket' then ticket = args[i + 1] end
  end
  local mine = known[2] == args[1] or (not known[2] and known[3] == args[1] and known[4] == ticket)
  if not mine and redis.call('EXISTS', keys[2]) == 1 then return {'other'} end
  redis.call('HSET', keys[1], 'delivered', args[4])
  local version = text((tonumber(known[1] or '0') or 0) + 1)
  redis.call('DEL', keys[2])
  local fields = {}
  for i = 9, #args do fields[#fields + 1] = args[i] end
  redis.call('HSET', keys[2], 'version', version, 'by', args[1], unpack(fields))
  redis.call('EXPIRE', keys[2], args[6])
  redis.call('ZADD', keys[3], text(milliseconds_now() + tonumber(args[6]) * 1000), args[5])
  redis.call('SREM', keys[4], args[5])
  return {'ok', redis.call('XADD', keys[5], 'MAXLEN', '~', CHANGES_KEPT, '*', 'l', args[1], 'n', args[4],
    't', args[7], 'k', args[8]), version}
end

-- drop KEYS lane cart carts owned changes  ARGS lane run fence number id table key
-- A cart that its till has taken up is gone.
local function drop(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'zset', [keys[4]] = 'set', [keys[5]] = 'stream',
  })
  if no then return no end
  local answer = not_its_turn(keys[1], args[4])
  if answer then return answer end
  redis.call('HSET', keys[1], 'delivered', args[4])
  local known = redis.call('HMGET', keys[2], 'owner', 'by')
  if known[1] == args[1] or (not known[1] and known[2] == args[1]) then
    redis.call('DEL', keys[2])
    redis.call('ZREM', keys[3], args[5])
  end
  redis.call('SREM', keys[4], args[5])
  return {'ok', redis.call('XADD', keys[5], 'MAXLEN', '~', CHANGES_KEPT, '*', 'l', args[1], 'n', args[4], 't', args[6],
    'k', args[7])}
end

-- printed KEYS lane printed  ARGS lane run fence number keep(s)
-- A receipt was printed: what is printed of it from now on is a copy, at whatever till.
local function printed(keys, args)
  local no = refused(keys[1], args[2], args[3]) or require_kinds({[keys[2]] = 'string'})
  if no then return no end
  local answer = not_its_turn(keys[1], args[4])
  if answer then return answer end
  redis.call('HSET', keys[1], 'delivered', args[4])
  redis.call('SET', keys[2], args[1], 'EX', args[5], 'NX')
  return {'ok', ''}
end

redis.register_function('NAME_hello', hello)
redis.register_function('NAME_beat', beat)
redis.register_function('NAME_claim', claim)
redis.register_function('NAME_commit', commit)
redis.register_function('NAME_release', release)
redis.register_function('NAME_note', note)
redis.register_function('NAME_skip', skip)
redis.register_function('NAME_expire', expire)
redis.register_function('NAME_write', write)
redis.register_function('NAME_load', load)
redis.register_function('NAME_bring', bring)
redis.register_function('NAME_take', take)
redis.register_function('NAME_leave', leave)
redis.register_function('NAME_put', put)
redis.register_function('NAME_drop', drop)
redis.register_function('NAME_printed', printed)
