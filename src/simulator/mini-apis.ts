import type { Api, World } from './apis.ts';
import { WechatFault } from './errors.ts';
import { miniCodeRequest } from './mini-code-request.ts';
import { miniProgramPicture } from './mini-picture.ts';
import type { Person } from './people.ts';

const json = 'application/json; encoding=utf-8';
const text = 'text/plain';

/** What a mini program's server calls, by the whole path. */
export const miniApis: Record<string, Api> = {
  'sns/jscode2session': {
    method: 'GET',
    needs: 'nothing',
    type: text,
    answer: ({ query }, world) => {
      checkLogin(query, world);
      const person = world.logins.redeem(query.get('js_code') ?? '');
      const union = world.unionIds ? { unionid: person.unionid } : {};
      return { session_key: world.logins.keyOf(person), openid: person.miniOpenid, ...union };
    },
  },
  'wxa/checksession': {
    method: 'GET',
    needs: 'token',
    type: json,
    answer: ({ query }, world) => {
      const { person, signature, method } = keyQuestion(query, world);
      world.logins.check(person, signature, method);
      return { errcode: 0, errmsg: 'ok' };
    },
  },
  'wxa/resetusersessionkey': {
    method: 'GET',
    needs: 'token',
    type: json,
    answer: ({ query }, world) => {
      const { person, signature, method } = keyQuestion(query, world);
      const key = world.logins.reset(person, signature, method);
      return { errcode: 0, errmsg: 'ok', openid: person.miniOpenid, session_key: key };
    },
  },
  'wxa/getwxacodeunlimit': {
    method: 'POST',
    needs: 'token',
    type: 'image/png',
    /** Its own number for what other calls answer with 44002 and 47001. */
    notJson: 40169,
    answer: ({ body }, { codes, codeMade }) => {
      const { scene, page, width } = miniCodeRequest(body);
      codes.create(scene, null, page);
      codeMade();
      return miniProgramPicture(scene, width);
    },
  },
};

function checkLogin(query: URLSearchParams, { miniProgram }: World): void {
  const { appid, secret, js_code: code, grant_type: grantType } = Object.fromEntries(query);
  if (!appid) throw new WechatFault(41002);
  if (!secret) throw new WechatFault(41004);
  if (!code) throw new WechatFault(41008);
  if (grantType !== 'authorization_code') throw new WechatFault(40002);
  if (appid !== miniProgram.appId) throw new WechatFault(40013);
  if (secret !== miniProgram.appSecret) throw new WechatFault(40125);
}

function keyQuestion(query: URLSearchParams, world: World) {
  const { openid = '', signature = '', sig_method: method = '' } = Object.fromEntries(query);
  return { person: personOf(world, openid), signature, method };
}

/** An openid of the official account is nobody's here. */
function personOf({ people }: World, openid: string): Person {
  const person = people.find(openid);
  if (person?.miniOpenid !== openid || !person) throw new WechatFault(40003);
  return person;
}
