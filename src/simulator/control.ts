/** Owns the control API: what the phone page and tests may do and see. Routes: `/phone/api/…`, listed in SIMULATOR.md. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { CallLog } from './calls.ts';
import type { Codes } from './codes.ts';
import { ControlError, presentErrors } from './control-error.ts';
import * as shapes from './control-shapes.ts';
import type { Courier } from './courier.ts';
import type { Faults } from './faults.ts';
import { isThisMachine } from './guard.ts';
import type { Live } from './live.ts';
import type { MiniChat } from './mini-chat.ts';
import { mountMiniProgram } from './mini-control.ts';
import type { MiniPhone } from './mini-phone.ts';
import type { MiniServer } from './mini-server.ts';
import type { Account, MiniProgram } from './options.ts';
import { personView } from './people.ts';
import { personOf } from './person-of.ts';
import type { People, Person } from './people.ts';
import type { Phone } from './phone.ts';
import { readJson } from './read-json.ts';
import type { Tokens } from './tokens.ts';
import type { Whitelist } from './whitelist.ts';
import type { Act } from './wire.ts';

export interface ControlParts {
  account: Account;
  miniProgram: MiniProgram;
  codes: Codes;
  people: People;
  phone: Phone;
  courier: Courier;
  mini: MiniPhone;
  chat: MiniChat;
  server: MiniServer;
  faults: Faults;
  whitelist: Whitelist;
  calls: CallLog;
  /** The official account's, and the mini program's. */
  tokens: readonly Tokens[];
  live: Live;
  /** All there is to see. */
  state: () => object;
}

/** To be mounted behind the guard: it may do everything. */
export function control(parts: ControlParts): Router {
  const router = new Router({ prefix: '/phone/api', sensitive: true });
  router.use(presentErrors);
  mountViews(router, parts);
  mountActs(router, parts);
  mountMiniProgram(router, parts);
  mountFaults(router, parts);
  mountAccount(router, parts);
  router.all('/{*rest}', () => {
    throw new ControlError('not_found', 'No such call.');
  });
  return router;
}

function mountViews(router: Router, { state, live, courier, calls, codes, people }: ControlParts): void {
  router.get('/state', (ctx) => {
    ctx.body = state();
  });
  router.get('/live', (ctx) => {
    if (live.isFull()) throw new ControlError('too_many', 'Too many pages look on already.');
    ctx.respond = false;
    live.open(ctx.res, { type: 'state', ...state() });
  });
  router.get('/deliveries', (ctx) => {
    ctx.body = { deliveries: courier.history() };
  });
  router.get('/calls', (ctx) => {
    ctx.body = { counts: calls.counts(), calls: calls.last() };
  });
  router.get('/code', (ctx) => {
    const code = codes.find(String(ctx.query['text'] ?? ''));
    if (!code) throw new ControlError('code_not_found', 'This stand-in made no such code.');
    ctx.body = code;
  });
  router.post('/people', async (ctx) => {
    const { name, follows } = await readJson(ctx, shapes.newPerson);
    const person = people.add(name, follows);
    if (!person) throw new ControlError('too_many', 'There are enough people already.');
    live.publish(() => ({ type: 'person', person: personView(person) }));
    ctx.status = 201;
    ctx.body = personView(person);
  });
}

function mountActs(router: Router, parts: ControlParts): void {
  const { phone, codes } = parts;
  act(router, parts, '/scan', shapes.scan, (person, body) => {
    const name = body.ticket ?? body.url ?? body.scene ?? body.code;
    return phone.scan(person, name === undefined ? codes.newest() : codes.find(name), body);
  });
  act(router, parts, '/follow', shapes.follow, (person, body) =>
    phone.follow(person, body.withoutCode, body),
  );
  act(router, parts, '/unfollow', shapes.plainAct, (person, body) => phone.unfollow(person, body));
  act(router, parts, '/message', shapes.message, (person, body) =>
    phone.message(person, body.text, body.menuId, body),
  );
  act(router, parts, '/repeat', shapes.repeat, (person, body) => phone.repeat(person, body.fresh, body));
  act(router, parts, '/junk', shapes.junk, (person, body) => phone.junk(person, body.kind, body));
  router.post('/dismiss', async (ctx) => {
    phone.dismiss(personOf(parts.people, await readJson(ctx, shapes.someone)));
    ctx.status = 204;
  });
}

type Common = z.infer<typeof shapes.plainAct>;

/** Answers when the last delivery is over, or at once with `wait: false`. */
function act<T extends Common>(
  router: Router,
  { people, courier }: ControlParts,
  path: string,
  shape: z.ZodType<T>,
  run: (person: Person, body: T) => Promise<Act>,
): void {
  router.post(path, async (ctx) => {
    const body = await readJson(ctx, shape);
    const person = personOf(people, body);
    if (courier.isFull()) throw new ControlError('too_many', 'Too many events are under way.');
    const result = run(person, body);
    ctx.body = body.wait ? await result : { outcome: 'under_way', shown: '', deliveries: [] };
  });
}

function mountFaults(router: Router, parts: ControlParts): void {
  const { faults, calls, courier, server, tokens, live } = parts;
  const tell = (): void => live.publish(() => ({ type: 'faults', faults: faults.all() }));
  router.post('/faults', async (ctx) => {
    if (!faults.add(await readJson(ctx, shapes.fault)))
      throw new ControlError('too_many', 'Enough faults already.');
    tell();
    ctx.body = { faults: faults.all() };
  });
  router.delete('/faults', (ctx) => {
    faults.clear();
    tell();
    ctx.status = 204;
  });
  router.post('/kill-token', async (ctx) => {
    await readJson(ctx, shapes.nothing);
    for (const each of tokens) each.kill();
    ctx.status = 204;
  });
  router.delete('/history', (ctx) => {
    calls.clear();
    courier.forget();
    server.forget();
    live.publish(() => ({ type: 'cleared' }));
    ctx.status = 204;
  });
}

/** What a program on this machine needs to play WeChat's part or Saoma's, and who may fetch tokens. */
function mountAccount(router: Router, { account, miniProgram, whitelist }: ControlParts): void {
  router.get('/credentials', (ctx) => {
    if (!isThisMachine(ctx))
      throw new ControlError('this_machine_only', 'For programs on this machine only.');
    const { appId, appSecret } = miniProgram;
    ctx.body = { ...account, miniProgram: { appId, appSecret } };
  });
  router.post('/whitelist', async (ctx) => {
    whitelist.set((await readJson(ctx, shapes.whitelist)).addresses);
    ctx.body = { whitelist: whitelist.all() };
  });
}
