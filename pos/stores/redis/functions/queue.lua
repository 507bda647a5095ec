-- Checkouts that wait their turn: what the shop knows of each, and the steps of whoever has taken one up.

-- Why whoever has taken a job up may not touch it any more, or nil.
local function lost(job, fence)
  local known = redis.call('HMGET', job, 'state', 'fence')
  if known[1] == 'pending' and known[2] == fence then return nil end
  return {'lost', known[1] or '', known[2] or ''}
end

-- Tell a program that has asked to be told; `answers` is '' if it has not. What is not a stream there is somebody else's,
-- and must not end the step half done.
local function answer_to(answers, order, state, fields)
  if answers == '' or require_kinds({[answers] = 'stream'}) then return end
  redis.call('XADD', answers, 'MAXLEN', '~', CHANGES_KEPT, '*', 'order', order, 'state', state, unpack(fields))
end

-- Bring a job to its end: the fields say how.
local function close_job(job, queued, counts, answers, order, state, keep, fields)
  redis.call('HSET', job, 'state', state, 'ended', text(milliseconds_now()), unpack(fields))
  redis.call('EXPIRE', job, keep)
  redis.call('ZREM', queued, order)
  redis.call('HINCRBY', counts, state, 1)
  answer_to(answers, order, state, fields)
end

local function job_kinds(job, queued)
  return require_kinds({[job] = 'hash', [queued] = 'zset'})
end

-- enqueue KEYS job queued stream  ARGS order request most within(1: into the stream, too), then fields and values
-- Register a checkout, unless it is known.
local function enqueue(keys, args)
  local wrong = job_kinds(keys[1], keys[2]) or require_kinds({[keys[3]] = 'stream'})
  if wrong then return wrong end
  local known = redis.call('HMGET', keys[1], 'state', 'sent')
  if known[1] then return {'known', known[1], known[2] or ''} end
  local waiting = redis.call('ZCARD', keys[2])
  if waiting >= tonumber(args[3]) then return {'full', text(waiting)} end
  local now = text(milliseconds_now())
  local fields = {'state', 'pending', 'since', now, 'request', args[2]}
  if args[4] == '1' then
    redis.call('XADD', keys[3], '*', 'order', args[1], 'request', args[2])
    fields[#fields + 1] = 'sent'
    fields[#fields + 1] = '1'
  end
  for i = 5, #args do fields[#fields + 1] = args[i] end
  redis.call('HSET', keys[1], unpack(fields))
  redis.call('ZADD', keys[2], now, args[1])
  return {'ok', text(waiting + 1), now}
end

-- job_sent KEYS job…
-- These are in their queue, which is at another place. That may be told late: what was begun since is known to have been
-- there, and may be about to be put into it once more.
local function job_sent(keys)
  for _, job in ipairs(keys) do
    if not require_kinds({[job] = 'hash'}) then
      local known = redis.call('HMGET', job, 'state', 'fence')
      if known[1] and not known[2] then redis.call('HSET', job, 'sent', '1') end
    end
  end
  return {'ok'}
end

-- begin KEYS job queued reservation order  ARGS order worker request again(0|1|2) lease(ms), then fields and values
-- Take a job up: whoever had it before changes nothing of it any more. One that was put into the queue by another
-- program is registered now; one that is known stays what it was asked for first. The answer: the word, the number of
-- this taking up, how often it was begun, what an earlier one holds, which attempt it was to make void, the request,
-- and 1 if nobody with the rights of a till has registered it.
-- One that was handed out twice at about the same time has not failed: that is not counted, nor what is begun again (2)
-- since the bank answered nobody.
local function begin(keys, args)
  local wrong = job_kinds(keys[1], keys[2]) or require_kinds({[keys[3]] = 'hash', [keys[4]] = 'string'})
  if wrong then return wrong end
  local state = redis.call('HGET', keys[1], 'state')
  if state and state ~= 'pending' then return {'over', state} end
  if not state then
    local now = text(milliseconds_now())
    local fields = {'state', 'pending', 'since', now, 'request', args[3], 'sent', '1', 'foreign', '1'}
    for i = 6, #args do fields[#fields + 1] = args[i] end
    redis.call('HSET', keys[1], unpack(fields))
    redis.call('ZADD', keys[2], now, args[1])
  end
  local now, begun = milliseconds_now(), tonumber(redis.call('HGET', keys[1], 'begun') or '')
  local twice = args[4] == '2' or args[4] == '0' and begun and now - begun < tonumber(args[5])
  redis.call('HSET', keys[1], 'worker', args[2], 'begun', text(now), 'sent', '1')
  local fence = redis.call('HINCRBY', keys[1], 'fence', 1)
  local tries = redis.call('HINCRBY', keys[1], 'tries', twice and 0 or 1)
  local left = redis.call('HMGET', keys[3], 'document', 'voiding')
  local asked = redis.call('HMGET', keys[1], 'request', 'foreign')
  return {redis.call('EXISTS', keys[4]) == 1 and 'used' or 'ok', text(fence), text(tries), left[1] or '', left[2] or '',
    asked[1] or '', asked[2] or ''}
end

-- job_reserve KEYS job reservation on_hand held open changes  ARGS order fence lane id claims document
-- Take hold of all claims or none, for the worker that has the job. Told again, it changes nothing.
local function job_reserve(keys, args)
  local no = lost(keys[1], args[2]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'hash', [keys[4]] = 'hash', [keys[5]] = 'set', [keys[6]] = 'stream',
  })
  if no then return no end
  local wanted, had = decoded(args[5]), decoded(redis.call('HGET', keys[2], 'claims'))
  local names = names_of(wanted, had)
  local counts, wrong = stands(keys[3], keys[4], names)
  if wrong then return wrong end
  local more = more_than(wanted, had)
  local name, free = short_of(wanted, more, counts)
  if name then return {'short', '', '', name, text(counts[name][1]), text(counts[name][2]), text(free)} end
  change(keys[4], counts, 2, more, 1)
  redis.call('HSET', keys[2], 'lane', args[3], 'state', 'charging', 'claims', args[5], 'order', args[1],
    'document', args[6], 'at', text(milliseconds_now()))
  redis.call('SADD', keys[5], args[4])
  return told(keys[6], args[3], '', counts, names)
end

-- begin_reserve KEYS job queued reservation order on_hand held open changes
--               ARGS order worker request again(0|1) lease(ms) tries id claims document, then fields and values
-- Take up a job that seems to be new, and take hold of all claims or none. The answer is `reserved` with the number of
-- this taking up, `short` as of job_reserve with it at the end, or that of `begin`, with nothing held: by an earlier one
-- something is left, something else was asked for first, or it was begun more than so many times. Told again with the
-- same document it changes nothing: nobody has been charged by that yet.
local function begin_reserve(keys, args)
  local named = {args[1], args[2], args[3], args[4], args[5]}
  for i = 10, #args do named[#named + 1] = args[i] end
  local begun = begin({keys[1], keys[2], keys[3], keys[4]}, named)
  local left = begun[4] ~= '' and begun[4] ~= args[9]
  if begun[1] ~= 'ok' or left or begun[5] ~= '' or begun[6] ~= args[3] or tonumber(begun[3]) > tonumber(args[6]) then
    return begun
  end
  local answer = job_reserve({keys[1], keys[3], keys[5], keys[6], keys[7], keys[8]},
    {args[1], begun[2], args[2], args[7], args[8], args[9]})
  if answer[1] == 'ok' then return {'reserved', begun[2]} end
  if answer[1] == 'short' then answer[#answer + 1] = begun[2] end
  return answer
end

-- job_note KEYS job reservation  ARGS order fence document
-- What is newly known of the attempts to pay a job.
local function job_note(keys, args)
  local no = lost(keys[1], args[2]) or require_kinds({[keys[2]] = 'hash'})
  if no then return no end
  if redis.call('EXISTS', keys[2]) == 0 then return {'lost', '', ''} end
  redis.call('HSET', keys[2], 'document', args[3])
  return {'ok'}
end

-- job_void KEYS job reservation  ARGS order fence attempt
-- An attempt to pay a job is about to be made void: from now on nobody may count it as paid, whatever is found of it.
local function job_void(keys, args)
  local no = lost(keys[1], args[2]) or require_kinds({[keys[2]] = 'hash'})
  if no then return no end
  if redis.call('EXISTS', keys[2]) == 0 then return {'lost', '', ''} end
  redis.call('HSET', keys[2], 'voiding', args[3])
  return {'ok'}
end

-- job_commit KEYS job reservation on_hand held open changes queued counts order receipt orders lane events
--                 answers(or job)
--            ARGS order fence lane id claims document keep(s) receipt number told(0|1) total at(ISO)
-- A job is paid: its order is on file, with the next receipt number of the worker's lane.
local function job_commit(keys, args)
  local known = redis.call('HMGET', keys[1], 'state', 'receipt')
  if known[1] == 'paid' and known[2] == args[8] then
    -- Said once more, so that whoever waits for a replica to have it waits for something.
    redis.call('HSET', keys[1], 'receipt', args[8])
    return {'ok', ''}
  end
  local no = lost(keys[1], args[2]) or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'hash', [keys[4]] = 'hash', [keys[5]] = 'set', [keys[6]] = 'stream',
    [keys[7]] = 'zset', [keys[8]] = 'hash', [keys[9]] = 'string', [keys[10]] = 'string', [keys[11]] = 'zset',
    [keys[12]] = 'hash', [keys[13]] = 'stream',
  })
  if no then return no end
  local last = redis.call('HGET', keys[12], 'queued') or '0'
  if tonumber(args[9]) ~= tonumber(last) + 1 then return {'number', last} end
  local claims, had = decoded(args[5]), decoded(redis.call('HGET', keys[2], 'claims'))
  local names = names_of(claims, had)
  local counts, wrong = stands(keys[3], keys[4], names)
  if wrong then return wrong end
  change(keys[4], counts, 2, sums(had), -1)
  redis.call('DEL', keys[2])
  redis.call('SREM', keys[5], args[4])
  change(keys[3], counts, 1, sums(claims), -1)
  local now = milliseconds_now()
  redis.call('SET', keys[9], args[6], 'EX', args[7])
  redis.call('SET', keys[10], args[1], 'EX', args[7])
  redis.call('ZADD', keys[11], text(now), args[1])
  redis.call('ZREMRANGEBYSCORE', keys[11], '-inf', text(now - tonumber(args[7]) * 1000))
  redis.call('HSET', keys[12], 'queued', args[9], 'last_sale', args[12])
  publish(keys[13], 'order', args[3], sold_of(claims), args[1], args[8], '')
  local answers = args[10] == '1' and keys[14] or ''
  close_job(keys[1], keys[7], keys[8], answers, args[1], 'paid', args[7], {'receipt', args[8], 'total', args[11]})
  return told(keys[6], args[3], '', counts, names)
end

-- job_end KEYS job reservation on_hand held open changes queued counts stuck answers(or job)
--         ARGS order fence('' for what is stuck, or expires before it is begun) lane id keep(s) told(0|1) state, then fields and values
-- A job is at its end without an order: what it holds is given back.
local function job_end(keys, args)
  local state = redis.call('HGET', keys[1], 'state')
  if args[2] ~= '' and state == args[7] then
    redis.call('HSET', keys[1], 'state', state)
    return {'ok', ''}
  end
  local no
  if args[2] ~= '' then
    no = lost(keys[1], args[2])
  elseif args[7] == 'expired' then
    if state ~= 'pending' or redis.call('HEXISTS', keys[1], 'fence') == 1 then no = {'lost', state or ''} end
  elseif state ~= 'stuck' then
    no = {'lost', state or ''}
  end
  no = no or require_kinds({
    [keys[2]] = 'hash', [keys[3]] = 'hash', [keys[4]] = 'hash', [keys[5]] = 'set', [keys[6]] = 'stream',
    [keys[7]] = 'zset', [keys[8]] = 'hash', [keys[9]] = 'zset',
  })
  if no then return no end
  local had = decoded(redis.call('HGET', keys[2], 'claims'))
  local names = names_of(had)
  local counts, wrong = stands(keys[3], keys[4], names)
  if wrong then return wrong end
  change(keys[4], counts, 2, sums(had), -1)
  redis.call('DEL', keys[2])
  redis.call('SREM', keys[5], args[4])
  redis.call('ZREM', keys[9], args[1])
  local fields = {}
  for i = 8, #args do fields[#fields + 1] = args[i] end
  local answers = args[6] == '1' and keys[10] or ''
  close_job(keys[1], keys[7], keys[8], answers, args[1], args[7], args[5], fields)
  return told(keys[6], args[3], '', counts, names)
end

-- job_stick KEYS job queued stuck answers(or job)  ARGS order fence('': nobody has heard of it) told(0|1) words
-- A job has failed too often, or is none: it waits for somebody who looks. What it holds stays held.
local function job_stick(keys, args)
  local no = job_kinds(keys[1], keys[2]) or require_kinds({[keys[3]] = 'zset'})
  if no then return no end
  local known = redis.call('HMGET', keys[1], 'state', 'fence')
  if args[2] == '' and known[1] then return {'lost', known[1]} end
  if args[2] ~= '' and (known[1] ~= 'pending' or known[2] ~= args[2]) then return {'lost', known[1] or ''} end
  local now = text(milliseconds_now())
  local fields = {'words', args[4]}
  redis.call('HSET', keys[1], 'state', 'stuck', 'ended', now, unpack(fields))
  redis.call('HSETNX', keys[1], 'since', now)
  redis.call('ZREM', keys[2], args[1])
  redis.call('ZADD', keys[3], now, args[1])
  answer_to(args[3] == '1' and keys[4] or '', args[1], 'stuck', fields)
  return {'ok'}
end

-- job_retry KEYS job queued stuck stream  ARGS order within(1: into the stream, too)
-- One that is stuck waits its turn once more; its request. So does one that is not in its queue yet, as far as is known.
local function job_retry(keys, args)
  local no = job_kinds(keys[1], keys[2]) or require_kinds({[keys[3]] = 'zset', [keys[4]] = 'stream'})
  if no then return no end
  local known = redis.call('HMGET', keys[1], 'state', 'request', 'since', 'sent')
  local unsent = known[1] == 'pending' and not known[4]
  if (known[1] ~= 'stuck' and not unsent) or not known[2] then return {'lost', known[1] or ''} end
  redis.call('HSET', keys[1], 'state', 'pending', 'tries', '0')
  redis.call('HDEL', keys[1], 'ended', 'words', 'begun', 'sent')
  redis.call('ZREM', keys[3], args[1])
  redis.call('ZADD', keys[2], known[3] or text(milliseconds_now()), args[1])
  if args[2] == '1' then
    redis.call('XADD', keys[4], '*', 'order', args[1], 'request', known[2])
    redis.call('HSET', keys[1], 'sent', '1')
  end
  return {'ok', known[2]}
end

-- ledger KEYS ledger  ARGS lines line
-- Add a line to the simulated bank's books, behind so many that are known.
local function ledger(keys, args)
  local wrong = require_kinds({[keys[1]] = 'list'})
  if wrong then return wrong end
  if redis.call('LLEN', keys[1]) ~= tonumber(args[1]) then return {'behind'} end
  redis.call('RPUSH', keys[1], args[2])
  return {'ok'}
end

redis.register_function('NAME_ledger', ledger)
redis.register_function('NAME_enqueue', enqueue)
redis.register_function('NAME_job_sent', job_sent)
redis.register_function('NAME_begin', begin)
redis.register_function('NAME_job_reserve', job_reserve)
redis.register_function('NAME_begin_reserve', begin_reserve)
redis.register_function('NAME_job_note', job_note)
redis.register_function('NAME_job_void', job_void)
redis.register_function('NAME_job_commit', job_commit)
redis.register_function('NAME_job_end', job_end)
redis.register_function('NAME_job_stick', job_stick)
redis.register_function('NAME_job_retry', job_retry)
