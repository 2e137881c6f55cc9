import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { AppError } from '../../src/kit/errors.ts';
import {
  faultRules,
  finalRefusal,
  toAppError,
  transientError,
  wechatError,
} from '../../src/wechat/errors.ts';

const actions = {
  retry: [-1, 45011],
  refresh: [40001, 40014, 42001],
  person: [40029, 40030, 40163, 40226, 42002, 42003, 42007, 50001, 50002, 50005, 87007, 87009],
  drop: [40003, 43004, 43019, 45015, 45047, 48002, 49003],
  operator: [
    40002, 40013, 40037, 40125, 40164, 40200, 40243, 41030, 43116, 45009, 48001, 48004, 48006, 50004, 50007,
    61004, 61024, 89501, 89503, 89506, 89507,
  ],
  bug: [
    40032, 40033, 40052, 40053, 40097, 40169, 40201, 40202, 40203, 41001, 41002, 41004, 41008, 43002, 44002,
    47001, 47003, 76001, 76002, 76003, 76004, 76021, 76022, 85096, 87008,
  ],
};
const rows = Object.entries(actions).flatMap(([action, codes]) =>
  codes.map((errcode) => ({ errcode, action })),
);

describe('the table', () => {
  test.each(rows)('$errcode: $action', ({ errcode, action }) => {
    expect(wechatError('user/info', errcode, '')).toMatchObject({ errcode, action, kind: 'errcode' });
  });

  test('has no other number', () => {
    expect(new Set(Object.keys(faultRules))).toEqual(new Set(rows.map(({ errcode }) => String(errcode))));
  });

  test.each(rows.filter(({ action }) => action === 'operator'))('$errcode has a remedy', ({ errcode }) => {
    expect(wechatError('user/info', errcode, '').remedy).toMatch(/^[A-Z].+\.$/);
  });

  test.each([40066, 99999, -2])('%i is unknown and not tried again', (errcode) => {
    expect(wechatError('user/info', errcode, '').action).toBe('bug');
  });
});

describe('a dead token', () => {
  test.each([40001, 40014, 42001])('%i where tokens are fetched is the wrong secret', (errcode) => {
    const error = wechatError('stable_token', errcode, '');
    expect(error.action).toBe('operator');
    expect(error.remedy).toMatch(/appSecret/);
  });

  test('that was fetched just now is for the operator', () => {
    const error = finalRefusal(wechatError('user/info', 40001, 'rid: 6553a1b2-0c1d2e3f-4a5b6c7d'));
    expect(error).toMatchObject({ errcode: 40001, action: 'operator', rid: '6553a1b2-0c1d2e3f-4a5b6c7d' });
    expect(error.remedy).toMatch(/refreshes the access token/);
  });
});

describe('what is taken from errmsg', () => {
  const messages = [
    {
      name: 'address and rid',
      errmsg:
        'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist, rid: 6553a1b2-0c1d2e3f-4a5b6c7d',
      ip: '203.0.113.7',
      rid: '6553a1b2-0c1d2e3f-4a5b6c7d',
    },
    {
      name: 'an IPv6 address',
      errmsg: 'invalid ip 2001:db8::7, not in whitelist',
      ip: '2001:db8::7',
      rid: null,
    },
    { name: 'a hint of former days', errmsg: 'not in whitelist hint: [abc]', ip: null, rid: null },
    { name: 'nothing', errmsg: '', ip: null, rid: null },
  ];
  test.each(messages)('$name', ({ errmsg, ip, rid }) => {
    expect(wechatError('stable_token', 40164, errmsg)).toMatchObject({ ip, rid });
  });

  test('of an unknown number, the plain words', () => {
    const errmsg = 'strange state of oUserOpenid0000000000000000x at 77_SeCrEt-token, try again';
    const { detail } = wechatError('user/info', 99999, errmsg);
    expect(detail).toBe('strange state of … at … try again');
  });

  test('of a known number, nothing else', () => {
    const errmsg = 'invalid credential canary0token';
    const error = wechatError('user/info', 40001, errmsg);
    expect(JSON.stringify(error) + inspect(error) + error.stack).not.toContain('canary');
  });
});

describe('to a caller', () => {
  const known = new AppError('store_unavailable');
  const cases = [
    { name: 'a short trouble', error: transientError('user/info', 'timeout'), retryAfter: 5 },
    { name: 'a refusal', error: transientError('user/info', 'refused'), retryAfter: 10 },
    { name: 'an operator fault', error: wechatError('qrcode/create', 45009, ''), retryAfter: 10 },
    { name: 'the limit of a minute', error: wechatError('qrcode/create', 45011, ''), retryAfter: 60 },
  ];
  test.each(cases)('$name is wechat_unavailable for $retryAfter s', ({ error, retryAfter }) => {
    expect(toAppError(error)).toMatchObject({ code: 'wechat_unavailable', status: 503, retryAfter });
  });

  test('an error of the house stays as it is', () => {
    expect(toAppError(known)).toBe(known);
  });

  test('anything else stands as it is', () => {
    const error = new TypeError('x');
    expect(toAppError(error)).toBe(error);
  });
});
