import type { Router } from '@koa/router';
import type { ParameterizedContext } from 'koa';
import * as shapes from './control-shapes.ts';
import type { MiniChat } from './mini-chat.ts';
import type { MiniPhone } from './mini-phone.ts';
import type { People, Person } from './people.ts';
import { personOf } from './person-of.ts';
import { readJson } from './read-json.ts';

interface Parts {
  people: People;
  mini: MiniPhone;
  chat: MiniChat;
}

/** What a person does in the mini program, and what WeChat gives such a program on the phone. */
export function mountMiniProgram(router: Router, parts: Parts): void {
  const { people, mini, chat } = parts;
  const named = async (ctx: ParameterizedContext): Promise<Person> =>
    personOf(people, await readJson(ctx, shapes.someone));
  router.post('/mini/open', async (ctx) => {
    ctx.body = await mini.open(await named(ctx), null);
  });
  router.post('/mini/answer', async (ctx) => {
    const body = await readJson(ctx, shapes.miniAnswer);
    ctx.body = await mini.answer(personOf(people, body), body.answer);
  });
  router.post('/mini/profile', async (ctx) => {
    ctx.body = await mini.profile(await named(ctx));
  });
  router.post('/mini/sign-out', async (ctx) => {
    const person = await named(ctx);
    chat.goOffline(person);
    ctx.body = await mini.signOut(person);
  });
  router.post('/mini/close', async (ctx) => {
    mini.close(await named(ctx));
    ctx.status = 204;
  });
  router.post('/mini/replace-session-key', async (ctx) => {
    mini.replaceKey(await named(ctx));
    ctx.status = 204;
  });
  router.post('/mini/login-code', async (ctx) => {
    ctx.body = { code: mini.loginCode(await named(ctx)) };
  });
  router.post('/mini/user-profile', async (ctx) => {
    ctx.body = mini.userProfile(await named(ctx));
  });
  mountChat(router, parts);
}

/** Chatting over the mini program's socket; what was said is part of the person. */
function mountChat(router: Router, { people, chat }: Parts): void {
  router.post('/mini/online', async (ctx) => {
    const body = await readJson(ctx, shapes.miniOnline);
    const person = personOf(people, body);
    if (body.online) chat.goOnline(person);
    else chat.goOffline(person);
    ctx.status = 204;
  });
  router.post('/mini/talk', async (ctx) => {
    const body = await readJson(ctx, shapes.miniTalk);
    chat.send(personOf(people, body), personOf(people, { person: body.to }), body.text);
    ctx.status = 204;
  });
}
