/** The part of `settings` that is about people who are signed in: their sessions, and their messages. */
import { KiB, minute, second } from './units.ts';

export const miniProgram = {
  /** A session is over when nobody used it for so long. */
  sessionIdle: 7 * 24 * 60 * minute,
  sessionTtl: 30 * 24 * 60 * minute,
  /** In one process's memory; one more ends the one that nobody used for longest. */
  sessionsAtMost: 100_000,
  /** Of one person at one mini program; one more ends the one that nobody used for longest. */
  sessionsPerPerson: 10,
  /** Of one person, that Redis remembers: more than may live, for those that could not be ended yet. */
  sessionsRemembered: 100,
  /** Begun by one person, in `sessionsWindow`. */
  sessionsEach: 60,
  sessionsWindow: 60 * minute,
  /** Codes of one address that WeChat refused, in `refusedWindow`; beyond that only the answer to a wrong one is another. */
  refusedCodes: 60,
  refusedWindow: minute,
  /** Codes of one address that are tried at once, of WeChat's `loginCallsInFlight`; and when the address is past its refusals. */
  loginsAtOnce: 8,
  loginsAtOnceWhenSlow: 1,
  /** Codes that wait for their turn: for so long, less than a phone waits; of one address; in all. */
  loginPatience: 4 * second,
  loginsWaitingEach: 200,
  loginsWaiting: 2_000,
  /** How often it is asked whether the session_key of one person still stands, in `keyChecksWindow`. */
  keyChecks: 10,
  keyChecksWindow: minute,
  profileBytes: 64 * KiB,
  /** Between WeChat's watermark and now, either way. */
  dataAge: 300 * second,
} as const;

export const messaging = {
  /** A message whose time is shorter is kept so long, for a node that missed its wake-up. */
  keptAtLeast: minute,
  /** How long a repeat is known by its id, and of how many messages of a box. */
  idsLive: 24 * 60 * minute,
  idsKept: 1_000,
  /** How long is known when a user was last there. */
  boxLives: 7 * 24 * 60 * minute,
  /** How often a connection takes its seat anew, and how long the seat lasts without it. */
  renewSeatEvery: 30 * minute,
  seatLives: 65 * minute,
  /** Not all nodes may have heard yet that a node lives whose seat is younger. */
  newcomer: 15 * second,
  /** How often a node says at which sites it has somebody, and how long that is believed. */
  enterEvery: minute,
  /** When it says so again if the store was away. */
  enterAgainAfter: second,
  enteredLives: 3 * minute,
  /** Of one site. */
  broadcastsKept: 1_000,
  /** How often a box is looked through for what is over, at most, for each hundred messages in it. */
  tidyEvery: second,
  /** What messages may take of one process's memory, if there is no Redis. */
  heldBytes: 256 * 1024 * KiB,
  /** What one takes there beside its body. */
  messageBytes: 512,
  /** How often it forgets what is over, so many boxes at once. */
  sweepEvery: second,
  sweepAtMost: 1_000,
  /** For how long it is tried to tell whoever holds a socket that its session was ended, and how often. */
  endsToldFor: minute,
  endsToldEvery: second,
  /** How long a message token is good after its login. */
  tokenTtl: 24 * 60 * minute,
  /** Messages that the backend of a site may send. */
  sentPerSecond: 1_000,
  /** Messages of one user, in `queuedWindow`, to those who are not there: nobody may fill the store with them. */
  queued: 1_000,
  queuedWindow: 24 * 60 * minute,
  /** Messages of one sender beyond `inboxPerSender` to somebody who is there, until they are acknowledged. */
  onTheWay: 20,
  /** Messages that a user may send to others, in `pacedWindow`, over all his sockets at one node. */
  paced: 100,
  pacedWindow: 10 * second,
  /** What other users may have of an inbox, and of `heldBytes`, however many they are: the rest is the site's. */
  peersPercent: 50,
  /** A request that holds the largest body, each character of it written as \uXXXX. */
  requestBytes: 32 * KiB,
  /** Messages that are read and sent with one question, and what a socket may not have taken when the next are read. */
  page: 20,
  pageBytes: 64 * KiB,
  /** Messages of one socket whose acknowledgement is waited for; of older ones it has no effect. */
  unacknowledged: 1_200,
  /** Broadcasts of a site that wait for their turn at one node; what is beyond is read from the store later. */
  broadcastsWaiting: 50,
  /** Sockets that are sent a broadcast in one go: nobody else has a turn meanwhile. */
  spreadAtOnce: 250,
  /** Seats that are taken anew at once when something may have been missed. */
  rejoinAtOnce: 200,
  /** How long a list of the nodes that live is good: a killed one is found out in `nodes.silentFor`, and this. */
  livingFreshFor: 500,
} as const;
