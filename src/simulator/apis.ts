import type { Codes } from './codes.ts';
import { WechatFault } from './errors.ts';
import { codeRequest } from './code-request.ts';
import type { MiniLogins } from './mini-logins.ts';
import type { People, Person } from './people.ts';
import type { Tokens } from './tokens.ts';
import type { Whitelist } from './whitelist.ts';

/** An app that WeChat knows; its tokens are good for its own calls only. */
export interface KnownApp {
  appId: string;
  appSecret: string;
  tokens: Tokens;
}

/** What the calls read and change. */
export interface World {
  account: KnownApp;
  miniProgram: KnownApp;
  codes: Codes;
  people: People;
  logins: MiniLogins;
  whitelist: Whitelist;
  unionIds: boolean;
  /** Told when a code was made. */
  codeMade: () => void;
}

export interface ApiCall {
  query: URLSearchParams;
  /** Empty for a GET. */
  body: Record<string, unknown>;
}

export interface Api {
  method: 'GET' | 'POST';
  /** What a caller has to show: an access token, or an address on the whitelist. */
  needs: 'token' | 'address' | 'nothing';
  type: string;
  /** The error number for a body that is no JSON, if it is not the usual one. */
  notJson?: number;
  /** A buffer is sent as it is, anything else as JSON. @throws WechatFault */
  answer(call: ApiCall, world: World): object | Buffer;
}

const json = 'application/json; encoding=utf-8';
const text = 'text/plain';
/** As many people as one batchget may ask for. */
const batchSize = 100;

/** By the path after `/cgi-bin/`. */
export const accountApis: Record<string, Api> = {
  stable_token: {
    method: 'POST',
    needs: 'address',
    type: json,
    answer: ({ body }, world) => appOf(body, world).tokens.stable(body['force_refresh'] === true),
  },
  token: {
    method: 'GET',
    needs: 'address',
    type: json,
    answer: ({ query }, world) => appOf(Object.fromEntries(query), world).tokens.classic(),
  },
  'qrcode/create': {
    method: 'POST',
    needs: 'token',
    type: json,
    answer: ({ body }, { codes, codeMade }) => {
      const { scene, seconds } = codeRequest(body);
      const { ticket, url } = codes.create(scene, seconds);
      codeMade();
      return seconds === null ? { ticket, url } : { ticket, expire_seconds: seconds, url };
    },
  },
  'user/info': {
    method: 'GET',
    needs: 'token',
    type: text,
    answer: ({ query }, world) => userInfo(world, query.get('openid')),
  },
  'user/info/batchget': {
    method: 'POST',
    needs: 'token',
    type: text,
    answer: ({ body }, world) => {
      const list = body['user_list'];
      if (!Array.isArray(list) || list.length === 0 || list.length > batchSize) throw new WechatFault(40032);
      // One wrong openid fails the whole call.
      return { user_info_list: list.map((user: { openid?: unknown }) => userInfo(world, user?.openid)) };
    },
  },
};

/** The app that the credentials are of. */
function appOf(given: Record<string, unknown>, { account, miniProgram }: World): KnownApp {
  const { appid, secret, grant_type: grantType } = given;
  if (!appid) throw new WechatFault(41002);
  if (!secret) throw new WechatFault(41004);
  if (grantType !== 'client_credential') throw new WechatFault(40002);
  const app = [account, miniProgram].find(({ appId }) => appId === appid);
  if (!app) throw new WechatFault(40013);
  if (secret !== app.appSecret) throw new WechatFault(40125);
  return app;
}

function userInfo({ people, unionIds }: World, openid: unknown): object {
  const person = typeof openid === 'string' ? people.find(openid) : undefined;
  if (person?.openid !== openid || !person) throw new WechatFault(40003);
  const union = unionIds ? { unionid: person.unionid } : {};
  if (!person.follows) return { subscribe: 0, openid: person.openid, ...union, tagid_list: [] };
  return { subscribe: 1, openid: person.openid, ...followerInfo(person), ...union };
}

/** Nickname and avatar are not among it: WeChat gives nobody's since 2021-12-27. */
function followerInfo({ followedAt, followedBy }: Person): object {
  const numeric = /^[1-9]\d{0,9}$/.test(followedBy);
  return {
    subscribe_time: Math.floor(followedAt / 1000),
    remark: '',
    groupid: 0,
    tagid_list: [],
    subscribe_scene: followedBy ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH',
    qr_scene: numeric ? Number(followedBy) : 0,
    qr_scene_str: numeric ? '' : followedBy,
  };
}
