-- Carts that no till has on its screen: who takes one up has it alone.

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

redis.register_function('NAME_bring', bring)
redis.register_function('NAME_take', take)
redis.register_function('NAME_leave', leave)
redis.register_function('NAME_put', put)
redis.register_function('NAME_drop', drop)
