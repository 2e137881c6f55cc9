/** The doctor's words on Redis; `mend_redis_{ailment}` is the remedy for what the way to it suffers from. */
export const redisWords = {
  redis_answers: { en: 'answers at {where}', zh: '{where} 有响应' },
  redis_away: { en: 'cannot be used at {where}', zh: '{where} 不可用' },
  mend_redis: {
    en: "See redis.url, and Redis's own log; Saoma's log has the reason in Redis's words.",
    zh: '请检查 redis.url 和 Redis 日志；Saoma 日志中有 Redis 给出的原因。',
  },
  mend_redis_wrong_password: {
    en: 'The user or password in redis.url is wrong.',
    zh: 'redis.url 中的用户或密码错误。',
  },
  mend_redis_no_password: {
    en: 'This Redis wants a password in redis.url.',
    zh: '这个 Redis 需要在 redis.url 中填写密码。',
  },
  mend_redis_no_right: {
    en: 'The user in redis.url lacks a right: docs/deploy.md has the ACL, keys and channels both begin with redis.keyPrefix.',
    zh: 'redis.url 中的用户缺少权限：ACL 见 docs/deploy.md，键和频道都以 redis.keyPrefix 开头。',
  },
  mend_redis_no_host: { en: 'There is no such host: see redis.url.', zh: '主机不存在：请检查 redis.url。' },
  mend_redis_nobody_listens: {
    en: 'Nothing listens there: start Redis, or correct redis.url.',
    zh: '没有程序监听：请启动 Redis 或更正 redis.url。',
  },
  mend_redis_no_answer: {
    en: 'No answer from there: a firewall, or only one side speaks TLS (rediss://).',
    zh: '没有响应：可能被防火墙拦截，或只有一方使用 TLS（rediss://）。',
  },
  mend_redis_untrusted: {
    en: "The certificate is not trusted: name its authority's file in NODE_EXTRA_CA_CERTS.",
    zh: '证书不受信任：请在 NODE_EXTRA_CA_CERTS 中指定签发机构的证书文件。',
  },
  mend_redis_no_cluster: {
    en: 'redis.url says cluster://, and there is no Cluster.',
    zh: 'redis.url 写的是 cluster://，但那里不是 Cluster。',
  },
  mend_redis_no_sentinel: {
    en: 'redis.url says sentinel://, and no Sentinel there knows the master.',
    zh: 'redis.url 写的是 sentinel://，但没有哨兵知道该主节点。',
  },
  mend_redis_no_database: {
    en: 'redis.url names a database that this Redis does not have.',
    zh: 'redis.url 指定的数据库编号不存在。',
  },
  mend_redis_too_old: {
    en: 'Use Redis 7.0 or newer, or Valkey: sharded publish and subscribe is needed.',
    zh: '请使用 Redis 7.0 以上版本或 Valkey：需要分片发布订阅。',
  },
  mend_redis_full: { en: 'Redis is full: give it more memory.', zh: 'Redis 内存已满：请增加内存。' },
  mend_redis_disk: {
    en: "Redis cannot write to its disk: see the disk's space and rights, and Redis's log.",
    zh: 'Redis 无法写入磁盘：请检查磁盘空间、权限和 Redis 日志。',
  },

  redis_new: { en: '{version}', zh: '{version}' },
  redis_old: { en: '{where} runs {version}', zh: '{where} 的版本是 {version}' },
  redis_writes: { en: 'keys and channels may be written', zh: '可以写入键和频道' },
  redis_refuses: { en: 'A write was refused ({code})', zh: '写入被拒绝（{code}）' },
  redis_other_database: { en: 'There is no database {db}', zh: '没有编号为 {db} 的数据库' },

  redis_master: { en: 'one master', zh: '单个主节点' },
  redis_replica: { en: '{where} is a replica: it takes no writes', zh: '{where} 是副本，不能写入' },
  mend_redis_master: {
    en: 'Name the master in redis.url, or the Sentinels (sentinel://), which know it.',
    zh: '请在 redis.url 中填写主节点，或改用哨兵（sentinel://）。',
  },
  redis_is_cluster: { en: 'It is a node of a Cluster', zh: '这是 Cluster 的一个节点' },
  mend_redis_cluster: { en: 'Write cluster:// in redis.url.', zh: '请在 redis.url 中使用 cluster://。' },
  redis_cluster_whole: {
    en: 'Cluster is whole: {slots} slots at {masters} masters',
    zh: 'Cluster 完整：{masters} 个主节点，{slots} 个槽',
  },
  redis_cluster_broken: {
    en: 'Cluster is not whole: state {state}, {slots} of 16384 slots served',
    zh: 'Cluster 不完整：状态 {state}，16384 个槽中 {slots} 个可用',
  },
  mend_redis_cluster_broken: {
    en: 'See CLUSTER NODES for masters that are down or slots that nobody has.',
    zh: '请用 CLUSTER NODES 查看停止的主节点或无人负责的槽。',
  },
  redis_sentinels: { en: '{sentinels} Sentinels agree on the master', zh: '{sentinels} 个哨兵对主节点一致' },
  redis_sentinel_silent: { en: 'The Sentinel {where} does not answer', zh: '哨兵 {where} 没有响应' },
  redis_sentinel_quorum: { en: 'The Sentinel {where} finds no quorum', zh: '哨兵 {where} 达不到法定数量' },
  mend_redis_sentinel: {
    en: 'Start the Sentinels that are missing, or correct redis.url: without them nobody changes the master when it dies.',
    zh: '请启动缺少的哨兵，或更正 redis.url：否则主节点故障时无法切换。',
  },
  redis_sentinel_alone: { en: 'The master has no replica', zh: '主节点没有副本' },
  mend_redis_sentinel_alone: {
    en: 'Add a replica: without one there is nobody to take over.',
    zh: '请添加副本：否则没有节点可以接替。',
  },
  redis_sentinel_few: { en: 'There are Sentinels: {sentinels}', zh: '哨兵只有 {sentinels} 个' },
  mend_redis_sentinel_few: {
    en: 'Run three: with fewer, one that dies may take the failover with it.',
    zh: '请运行三个：少于三个时，一个故障就可能无法切换。',
  },

  redis_clock_right: {
    en: "Redis's clock is {seconds} s off this one",
    zh: 'Redis 与本机时钟相差 {seconds} 秒',
  },
  redis_clock_off: {
    en: "Redis's clock is {seconds} s off this one",
    zh: 'Redis 与本机时钟相差 {seconds} 秒',
  },

  redis_keeps: { en: 'maxmemory-policy is noeviction', zh: 'maxmemory-policy 为 noeviction' },
  redis_evicts: {
    en: 'maxmemory-policy at {where} is {policy}: a full Redis throws logins away',
    zh: '{where} 的 maxmemory-policy 为 {policy}：内存满时会丢弃登录',
  },
  redis_would_evict: {
    en: 'maxmemory-policy at {where} is {policy}, harmless as long as there is no maxmemory',
    zh: '{where} 的 maxmemory-policy 为 {policy}；未设置 maxmemory 时无影响',
  },
  mend_redis_policy: {
    en: 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
    zh: '请执行 CONFIG SET maxmemory-policy noeviction，并写入 redis.conf。',
  },

  redis_aof_always: { en: 'each write is on the disk before it is answered', zh: '每次写入落盘后才响应' },
  redis_aof_everysec: {
    en: 'written every second: after a crash, scanned logins are cancelled and those people scan again',
    zh: '每秒落盘：崩溃后已扫码的登录会取消，需要重新扫码',
  },
  redis_aof_no: {
    en: '{where} leaves it to the kernel when writes reach the disk',
    zh: '{where} 由操作系统决定何时落盘',
  },
  redis_aof_unknown: {
    en: '{where} does not tell when writes reach the disk; Saoma expects the worst',
    zh: '{where} 不允许查询落盘方式；Saoma 按最坏情况处理',
  },
  redis_snapshots_only: {
    en: '{where} has snapshots only: a restart loses the minutes since the last',
    zh: '{where} 只有快照：重启会丢失最近几分钟的数据',
  },
  redis_memory_only: {
    en: '{where} keeps nothing on disk: a restart loses every login under way',
    zh: '{where} 不落盘：重启会丢失所有进行中的登录',
  },
  redis_disk_fails: { en: '{where} could not write to its disk', zh: '{where} 写入磁盘失败' },
  mend_redis_aof: {
    en: 'Set appendonly yes and appendfsync always (or everysec); see docs/deploy.md.',
    zh: '请设置 appendonly yes 和 appendfsync always（或 everysec），见 docs/deploy.md。',
  },
  mend_redis_config_get: {
    en: 'Allow the user CONFIG GET (+config|get), if your Redis has it.',
    zh: '如果您的 Redis 支持，请允许该用户执行 CONFIG GET（+config|get）。',
  },

  redis_replicas_none: {
    en: '{replicas} in step; redis.replicas is 0: no exchange waits for one',
    zh: '同步中的副本 {replicas} 个；redis.replicas 为 0：兑换不等待副本',
  },
  redis_replicas_few: {
    en: 'redis.replicas is {needed}, and {replicas} are in step: every exchange is refused',
    zh: 'redis.replicas 为 {needed}，而同步中的副本只有 {replicas} 个：所有兑换都会被拒绝',
  },
  mend_redis_replicas: {
    en: 'Start the replicas, or lower redis.replicas.',
    zh: '请启动副本，或调低 redis.replicas。',
  },
  redis_replicas_just: {
    en: 'redis.replicas is {needed}, and no more are in step: if one dies, nobody can log in',
    zh: 'redis.replicas 为 {needed}，同步中的副本恰好这么多：少一个就无法登录',
  },
  mend_redis_replicas_just: {
    en: 'Add a replica, or lower redis.replicas by one.',
    zh: '请再添加一个副本，或把 redis.replicas 减一。',
  },
  redis_replicas_enough: {
    en: '{replicas} in step, {needed} needed',
    zh: '同步中的副本 {replicas} 个，需要 {needed} 个',
  },

  redis_fast: { en: '{median} ms, at most {longest} ms', zh: '{median} 毫秒，最长 {longest} 毫秒' },
  redis_slow: { en: '{median} ms, at most {longest} ms', zh: '{median} 毫秒，最长 {longest} 毫秒' },
  mend_redis_slow: {
    en: 'Each step of a login asks Redis: bring it into the same network, and see SLOWLOG.',
    zh: '登录的每一步都要访问 Redis：请放在同一网络内，并查看 SLOWLOG。',
  },
} as const;
