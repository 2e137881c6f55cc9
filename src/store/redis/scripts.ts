/** Owns the steps that Redis takes as one, each in a file of `scripts/`, and what all of them are told of the machine. */
import { readFileSync } from 'node:fs';
import { settings } from '../../kit/settings.ts';
import type { Settings } from '../../kit/settings.ts';
import { sceneStates } from '../../protocol/messages.ts';
import { moves, setOf, spendable } from '../../scene/scene.ts';
import { names } from './keys.ts';

const { redis } = settings;

/** Which files come before each script. */
const preludes = {
  add: ['bucket', 'scene'],
  attach: ['bucket', 'scene'],
  'bind-push': ['bucket'],
  count: ['bucket', 'scene'],
  'count-stranger': ['bucket', 'scene'],
  detach: ['bucket', 'scene'],
  find: ['bucket', 'scene'],
  list: ['bucket', 'scene'],
  move: ['bucket', 'scene'],
  news: ['bucket', 'scene'],
  'read-many': ['bucket', 'scene'],
  remove: ['bucket', 'scene'],
  'take-ends': ['bucket', 'scene'],
  vet: ['bucket', 'scene'],
  'post-mail': ['bucket', 'mail'],
  'take-seat': ['bucket', 'mail'],
  'leave-seat': ['bucket', 'mail'],
  'read-mail': ['bucket', 'mail'],
  'acknowledge-mail': ['bucket', 'mail'],
  'acknowledge-broadcasts': ['bucket', 'mail'],
  'count-seats': ['bucket', 'mail'],
  'end-seats': ['bucket', 'mail'],
  'end-logins': ['bucket', 'mail'],
  'enter-site': ['bucket', 'mail'],
  'take-place': [],
  'beat-node': [],
  'list-nodes': [],
  'keep-token': [],
  'forget-token': [],
  'release-renewal': [],
  'count-qr-codes': [],
  'begin-session': [],
  'use-session': [],
  'begin-mini-session': [],
  'list-mini-sessions': [],
  'use-mini-session': [],
  'end-mini-session': [],
  'count-try': [],
  'count-minutes': [],
  'add-audit': [],
} as const satisfies Record<string, readonly string[]>;

export type ScriptName = keyof typeof preludes;

/** What a Redis that is full runs all the same: they take off more than they write, or somebody's rights. */
const makesRoom: ReadonlySet<string> = new Set<ScriptName>([
  'acknowledge-mail',
  'acknowledge-broadcasts',
  'leave-seat',
  'end-seats',
  'end-logins',
]);

const livesOf = (messaging: Settings['messaging']) => ({
  marks: redis.marksLive,
  lists: redis.listsLive,
  scenes: redis.scenesLiveAtMost,
  ends: redis.endsLive,
  wakeUps: redis.wakeUpsLive,
  settleAtMost: redis.settleAtMost,
  boxes: messaging.boxLives,
  seats: messaging.seatLives,
  newcomers: messaging.newcomer,
  entered: messaging.enteredLives,
  keptAtLeast: messaging.keptAtLeast,
  tidied: messaging.tidyEvery,
  postedIds: messaging.idsLive,
  postedAtMost: messaging.idsKept,
  onTheWay: messaging.onTheWay,
});

/** What every script must know of the machine in `scene/scene.ts`; the rule of a move comes with it (`record.ts`). */
const machine = {
  states: sceneStates,
  living: setOf(moves.expire.from),
  expired: moves.expire.to,
  spendable: setOf(spendable),
};

const header = `local machine = ${luaOf(machine)}\n`;

/** Put in where they are named: a table would be built at every call. */
type Constants = Record<string, string | number>;

/** For the client's `scripts` option, each under its own name. @param messaging a test may have its figures smaller */
export function readScripts(messaging: Settings['messaging']): Record<ScriptName, { lua: string }> {
  const constants = constantsOf({ names, lives: livesOf(messaging) });
  return Object.fromEntries(
    Object.entries(preludes).map(([name, before]) => [name, { lua: textOf(name, before, constants) }]),
  ) as Record<ScriptName, { lua: string }>;
}

function constantsOf(tables: Record<string, Constants>): Constants {
  return Object.fromEntries(
    Object.entries(tables).flatMap(([table, fields]) =>
      Object.entries(fields).map(([name, value]) => [`${table}.${name}`, value]),
    ),
  );
}

function textOf(name: string, before: readonly string[], constants: Constants): string {
  const parts = [...before, name].map((file) =>
    readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), 'utf8'),
  );
  const text = before.length > 0 ? header + withConstants(parts.join('\n'), constants) : parts.join('\n');
  return makesRoom.has(name) ? `#!lua flags=allow-oom\n${text}` : text;
}

function withConstants(lua: string, constants: Constants): string {
  return lua.replace(/\b(?:names|lives)\.\w+/g, (name) => {
    if (!(name in constants)) throw new Error(`no ${name} for a script`);
    return luaOf(constants[name]);
  });
}

/** As Lua writes it: read once, when Redis compiles the script, and not as JSON at every call. */
function luaOf(value: unknown): string {
  if (Array.isArray(value)) return `{ ${value.map(luaOf).join(', ')} }`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${name} = ${luaOf(field)}`)
    .join(', ')} }`;
}
