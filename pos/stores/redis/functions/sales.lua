-- What a till tells of itself, and what it takes hold of, sells and gives back.

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
redis.register_function('NAME_printed', printed)
