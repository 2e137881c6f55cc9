/**
 * Owns the fixed figures of the service: every deadline, bound and rhythm that is not configurable, in one table.
 * Times are milliseconds and sizes bytes unless the name says otherwise.
 */
import { doctor } from './doctor-settings.ts';
import { messaging, miniProgram } from './signed-in-settings.ts';
import { KiB, minute, second } from './units.ts';

export const settings = {
  http: {
    headerBytes: 16 * KiB,
    headerTimeout: 10 * second,
    /** How often Node looks for those who are late. */
    checkEvery: second,
    bodyTimeout: 5 * second,
    jsonBytes: 8 * KiB,
    requestTimeout: 30 * second,
    /** How long a connection may stand still, sockets aside. */
    silentFor: 30 * second,
    /** On one connection; browsers have one at a time there, and proxies few. */
    requestsUnderWay: 16,
    retryAfterSeconds: 5,
    /** Addresses of which is known whose they are; characters of what they were sent as. */
    recentAddresses: 1_000,
    recentLength: 256,
    /** Characters of an origin that the log shows. */
    originLength: 200,
  },
  webhook: {
    bodyBytes: 64 * KiB,
    clockWindow: 300 * second,
    /** Together with all else less than the five seconds that WeChat waits. */
    storePatience: 4 * second,
    storeRetryEvery: 200,
    rememberedDigests: 500_000,
  },
  wechat: {
    callTimeout: 3 * second,
    /** From the first attempt to the last, waiting for a place included. */
    callDeadline: 5 * second,
    answerBytes: 64 * KiB,
    /** A connection that nobody uses is closed then, or when WeChat says so. */
    keepConnection: 30 * second,
    callsInFlight: 64,
    /** Of those, kept free for fetching tokens. */
    tokenCallsInFlight: 2,
    /** Of those, for profiles one by one, and as many again for profiles by the hundred: few calls serve many people. */
    profileCallsInFlight: 8,
    /** Of those of a mini program, for logins, and for asking whether a session_key still stands. */
    loginCallsInFlight: 24,
    sessionChecksInFlight: 8,
    callsWaiting: 2_000,
    retries: 2,
    retryDelay: 100,
    breakAfterFailures: 5,
    probeEvery: 10 * second,
    /** A stable_token asked for in its last five minutes is a new one, and both are valid. */
    renewTokenBefore: 5 * minute,
    profileTtl: 10 * minute,
    profiles: 10_000,
    /** How long those who gather wait for the call under way; then they go beside it. */
    profileCallPatience: 200,
    /** WeChat takes no more at once. */
    profilesPerCall: 100,
    /** For so many; one person takes half a kilobyte, seldom a whole one. */
    profilesAnswerBytes: 256 * KiB,
    /** People who are asked for, gathered or under way. */
    profilesOpen: 5_000,
    faultLogEvery: 10 * minute,
    /** How long the dashboard shows a refusal that nobody ran into again. */
    faultShownFor: 60 * minute,
    qrPerDay: 100_000,
    /** A mini-program code: pixels, the fewest that WeChat draws, and what the picture may take. */
    codeWidth: 280,
    codeBytes: 256 * KiB,
    /** A push has about ten elements. */
    xmlParts: 200,
    xmlDepth: 8,
    xmlCharacters: 64 * KiB,
  },
  scene: {
    keepFinal: 60 * second,
    /** Scenes in memory that are not pending, or as many as may be pending: nobody may fill it by opening and cancelling. */
    keptAtMost: 100_000,
    /** What a scan leaves at least, so that a code scanned in its last second can still log in. */
    afterScan: 10 * second,
    /** What it leaves where the person is asked first, who has to read and to answer. */
    whileAsked: 60 * second,
    strangers: 5,
    /** WeChat's code outlives the scene, so that a late scan gets an answer from us instead of silence. */
    qrMargin: 60 * second,
    sweepEvery: 100,
    /** Scenes that one sweep settles, so that nobody waits for it; the next goes on. */
    sweepAtMost: 1_000,
    /** Scenes in memory are found by time in slots of this width. */
    slotWidth: 100,
    /** User agents and origins that scenes in memory share. */
    recurringTexts: 1_000,
  },
  /** QR codes of one account that one process makes ahead. */
  qrPool: {
    atMost: 64,
    /** Fewer than there are places for such calls: a page that finds no code ready makes its own at once. */
    inFlight: 16,
    /** How long a code is kept for somebody to come. */
    keptFor: 30 * minute,
    /** How far back it is looked for how often codes are wanted right now. */
    rushWindow: 2 * second,
    /** How long a code is believed to take before the first came; later as long as they did, within bounds. */
    leadTimeAtFirst: 250,
    leadTimeAtLeast: 20,
    leadTimeAtMost: 3 * second,
    /** 1 % of a day's codes, where 2 % may be wasted: other nodes have codes ready too, and one that dies loses its own. */
    unusedPerDay: 1_000,
    /** 95 % of a day's codes: then none is made ahead any more. */
    untilMade: 95_000,
  },
  socket: {
    messageBytes: 4 * KiB,
    /** Of one message: until it is whole, each may keep the 64 KiB in memory that it came with. Small ones need one. */
    fragments: 16,
    /** Pieces in which the network may bring one fragment. */
    chunks: 64,
    messages: 20,
    messagesWindow: 10 * second,
    attachWithin: 5 * second,
    /** How long an attach waits for a store that is away; the browser would come back in five seconds or more. */
    storePatience: 2_500,
    storeRetryEvery: 250,
    pingEvery: 25 * second,
    deadAfter: 45 * second,
    queueBytes: 256 * KiB,
    wheelTick: 100,
    /** How long the other side has for its answer to our close frame. */
    closeWithin: 5 * second,
    rereadAfter: 500,
    /** Scenes that are read again at once when something may have been missed. */
    rereadAtOnce: 500,
    /** All sockets are closed in batches, `least` of them at a time, so that their browsers do not all come back in one moment. */
    batches: { every: 100, least: 50, within: 5 * second },
  },
  limits: {
    /** Codes that nobody attached to or scanned: in `idleWindow`, an address has what it may open in so many minutes. */
    idleMinutes: 2,
    idleWindow: 60 * minute,
    /** Codes that nobody scanned, attached or not: in `unscannedWindow`, an address has what it may open in so many minutes. */
    unscannedMinutes: 40,
    unscannedWindow: 24 * 60 * minute,
    opsFailures: 10,
    opsFailuresWindow: minute,
    /** How often a process forgets windows that are over; so many at once, so that nobody waits for it. */
    sweepEvery: second,
    sweepAtMost: 10_000,
  },
  ops: {
    sessionTtl: 12 * 60 * minute,
    /** A session is over when nobody used it for so long: no request, and no dashboard that is open. */
    sessionIdle: 120 * minute,
    /** Of each token and each operator, so that nobody signs others out by signing in; one more ends the oldest of these. */
    sessionsEach: 200,
    /** Numbers that may be tried for one scanned code; the last wrong one ends it. */
    numberTries: 3,
    /** How long the tries are remembered: longer than a code can live. */
    numberTriesKept: 20 * minute,
    pageSize: 100,
    largestPage: 500,
    viewers: 50,
    /** Of one session. */
    viewersEach: 5,
    liveRows: 500,
    liveEvery: 250,
    /** How long a change that nobody told us of stays unseen at most. */
    refreshEvery: 2 * second,
  },
  miniProgram,
  statistics: {
    /** How often a node tells the store what it counted, if it counted anything. */
    tellEvery: 2 * second,
    /** How many whole minutes back it is looked; and of how many a node keeps what it could not tell. */
    minutesBack: 60,
    /** The minutes over which latencies are taken together. */
    latencyMinutes: 10,
    /** A minute that has been over for so long is not read again. */
    settledAfter: 15 * second,
    /** How long a minute is kept. */
    keptFor: 65 * minute,
    /** How often a node counts the scenes for `/metrics`, whoever reads them. */
    scenesCountedEvery: second,
  },
  audit: {
    /** Entries of each kind, so that no flood of one pushes out another. */
    kept: 5_000,
    keptFor: 90 * 24 * 60 * minute,
    /** Entries that wait for the store; as many again that operators caused. */
    waiting: 1_000,
    batch: 100,
    retryEvery: second,
    /** A batch that is told twice within is one. */
    batchKnown: minute,
    /** How long those alike are gathered at first, and at most, into one entry. */
    foldFor: 5 * second,
    foldAtMost: 5 * minute,
    /** How long that is remembered of those that come no more: else whoever pauses would be told of anew each time. */
    foldKnown: 4 * 60 * minute,
    /** Acts of one operator that are alike, until they are gathered as well. */
    actsToldAlone: 10,
    /**
     * What one node may write of a kind that strangers cause, and of each operator's acts of a kind: so many at once, and then one
     * more now and then. To push out all that is kept takes days.
     */
    burst: 100,
    oneMoreEvery: minute,
    /** What is gathered and remembered at once, of all kinds. */
    folds: 5_000,
    /** Characters of a name or a reason; of what people wrote; how much of that. */
    textLength: 64,
    factLength: 500,
    factsAtMost: 8,
    pageSize: 100,
    largestPage: 500,
    /** Entries that are looked at for one page. */
    readAtMost: 5_000,
    /** Entries that are read with one question while a filter is looked for. */
    portion: 500,
    exported: 10_000,
    /** Entries that are read and written out in one go: nobody else has a turn meanwhile. */
    exportPortion: 200,
    /** How long one download may take, whoever reads it: meanwhile there is no other at the node. */
    exportWithin: minute,
    exportRetryAfterSeconds: 10,
  },
  redis: {
    connectTimeout: 2 * second,
    /** Between two attempts to connect, at most. */
    reconnectAfter: 500,
    /** A connection that says nothing for so long while an answer is due is given up. */
    silentFor: 2_500,
    /** A step that reaches Redis later does not happen. */
    answerWithin: 1_500,
    /** When we stop to wait for its answer: a step that did happen has so long to say so. */
    giveUpAfter: 2 * second,
    /** Exchanges that wait for replicas, at one master. */
    unsafeAtMost: 50,
    /** Questions without an answer yet. */
    openAtMost: 5_000,
    probeEvery: 500,
    complainEvery: minute,
    /** Past one process's memory of itself: scenes live for half an hour, codes for ten minutes. */
    listsLive: 120 * minute,
    marksLive: 7 * 24 * 60 * minute,
    wakeUpsLive: 60 * minute,
    /** Scenes that one step takes off the lists, so that nobody waits for it. */
    settleAtMost: 500,
    /** No scene is there longer after it was opened: its own half an hour, a code's ten minutes, and what it is kept. */
    scenesLiveAtMost: 45 * minute,
    /** How often a node takes the counts of scenes that time ended; settling so many of a bucket in one step meanwhile. */
    takeEndsEvery: 10 * second,
    settleForEnds: 100,
    /** How long these counts wait for a node to take them. */
    endsLive: 10 * minute,
    /** How often a node looks whether it missed a wake-up; one that is on its way has `missedAfter`. */
    lookForMissedEvery: 500,
    missedAfter: 100,
    vetEvery: 5 * second,
    /** How often it is looked at how Redis writes to its disk. */
    lookIntoEvery: minute,
    /** Portions of one task, or attempts at it. */
    triesAtMost: 1_000,
    /** Scenes that are read again with one question. */
    newsAtMost: 500,
    renewalWithin: 6 * second,
    /** How long a count of QR codes is kept: a day, whatever the time zone. */
    qrCodesLive: 48 * 60 * minute,
  },
  messaging,
  nodes: {
    beatEvery: 2 * second,
    /** A node that has not said for so long that it lives counts as dead. */
    silentFor: 8 * second,
    /** A node that has not reached the store for so long sends its browsers elsewhere. */
    awayFor: 6 * second,
  },
  doctor,
  /** `hardEnd`: when the process ends at the latest, before a supervisor's usual 30 s. */
  shutdown: { grace: 10 * second, hardEnd: 25 * second },
} as const;

type Widened<T> = { readonly [K in keyof T]: T[K] extends number ? number : Widened<T[K]> };

export type Settings = Widened<typeof settings>;
