/** The fixed figures of the stand-in. Times are milliseconds and sizes bytes unless the name says otherwise. */
const second = 1000;
const minute = 60 * second;
const KiB = 1024;

export const limits = {
  /** WeChat drops the connection after this, and sends again. */
  answerWithin: 5 * second,
  retries: 3,
  retryAfter: second,
  /** The longest delay or stall that may be asked for. */
  delay: 10 * minute,
  tokenSeconds: 7200,
  /** In its last five minutes a token has a successor, and both are valid. */
  tokenOverlap: 5 * minute,
  forcedRefreshesPerDay: 20,
  forcedRefreshEvery: 30 * second,
  knownTokens: 100,
  codes: 20_000,
  /** A code of wx.login. */
  loginCodeLives: 5 * minute,
  loginCodes: 10_000,
  /** WeChat does not say how long; a login does not make it longer. */
  sessionKeyLives: 3 * 24 * 60 * minute,
  /** What a mini program waits for its server. */
  serverAnswersWithin: 10 * second,
  /** A chat that lost its server comes back after this, each time later. */
  chatReturnsAfter: second,
  chatReturnsWithin: 10 * second,
  miniCalls: 200,
  miniCallsShown: 60,
  miniEvents: 12,
  /** What a mini program is told to do while it waits for its server. */
  miniWaiting: 5,
  /** An expired code is remembered this long, so that the phone can say what is wrong with it. */
  expiredCodeKept: 10 * minute,
  people: 1000,
  nameLength: 40,
  textLength: 2048,
  chatLines: 60,
  deliveries: 200,
  deliveriesShown: 60,
  eventsUnderWay: 1000,
  calls: 200,
  faults: 100,
  whitelist: 100,
  apiBytes: 64 * KiB,
  controlBytes: 16 * KiB,
  answerBytes: 64 * KiB,
  liveStreams: 50,
  liveQueueBytes: 4096 * KiB,
  liveHeartbeat: 15 * second,
} as const;
