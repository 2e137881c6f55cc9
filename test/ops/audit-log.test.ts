import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { AuditStage, cancelledBy, forged, signedIn } from './audit-stage.ts';

const start = 1_700_000_000_000;
const minute = 60_000;
const { foldKnown, actsToldAlone } = settings.audit;

/** In a network of its own. */
function addressOf(number: number) {
  return { ip: `10.${(number >> 8) & 255}.${number & 255}.9` };
}

/** From a network of its own. */
function fromNetwork(number: number) {
  return forged(addressOf(number));
}

describe('what is kept of an event', () => {
  test('its network, a masked openid, and nothing that the room did not tell', async () => {
    const stage = new AuditStage();
    stage.log.note({
      kind: 'second_scanner',
      actor: 'wechat',
      site: 'shop',
      account: 'main',
      sceneId: 'A'.repeat(22),
      ip: '2001:db8:1:2:3:4:5:6',
      openid: 'oCANARYopenid000000000000001',
      reason: 'not_the_owner',
    });
    expect(await stage.entries()).toStrictEqual([
      {
        id: `${start}-0`,
        at: start,
        kind: 'second_scanner',
        actor: 'wechat',
        site: 'shop',
        account: 'main',
        sceneId: 'A'.repeat(22),
        ip: '2001:db8:1::/48',
        detail: { reason: 'not_the_owner', openid: 'oCAN…001' },
      },
    ]);
  });

  test.each([
    { ip: '203.0.113.77', network: '203.0.113.0/24' },
    { ip: '0.0.0.0', network: '0.0.0.0/24' },
    { ip: '255.255.255.255', network: '255.255.255.0/24' },
    { ip: '::ffff:203.0.113.77', network: '203.0.113.0/24' },
    { ip: '::1', network: '::/48' },
    { ip: 'unknown', network: 'unknown' },
    { ip: undefined, network: null },
  ])('of the address $ip its network $network', async ({ ip, network }) => {
    const stage = new AuditStage();
    stage.log.note(forged({ ip }));
    expect((await stage.entries()).map((entry) => entry.ip)).toEqual([network]);
  });

  test.each([
    { name: 'controls', text: 'a\u0000b\u001B[31mc\u007F\u0085\r\nd', kept: 'ab[31mcd' },
    { name: 'bidi', text: '\u202Eabc\u2066d\u2069\u200F\u061C', kept: 'abcd' },
    { name: 'what is not seen', text: 'a\u200B\uFEFF\u00AD\u2028\u2029b', kept: 'ab' },
    { name: 'halves of a pair', text: '\uD83D a \uDE00', kept: ' a ' },
    { name: '10,000 emoji', text: '😀'.repeat(10_000), kept: '😀'.repeat(250) },
    { name: 'a pair at the end', text: `a${'😀'.repeat(10_000)}`, kept: `a${'😀'.repeat(249)}` },
    { name: 'markup', text: '<script>alert(1)</script>', kept: '<script>alert(1)</script>' },
  ])('$name', async ({ text, kept }) => {
    const stage = new AuditStage();
    stage.log.note(forged({ facts: { userAgent: text } }));
    const [{ detail } = { detail: {} }] = await stage.entries();
    expect(detail).toStrictEqual({ reason: 'signature', userAgent: kept });
  });

  test('names are shorter, and so is a list of facts', async () => {
    const stage = new AuditStage();
    const facts = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`fact${i}`, i]));
    stage.log.note({ ...cancelledBy(`\u202E${'n'.repeat(1000)}`), site: 's'.repeat(1000), facts });
    const [entry] = await stage.entries();
    expect([entry?.actor, entry?.site]).toEqual(['n'.repeat(64), 's'.repeat(64)]);
    expect(Object.keys(entry?.detail ?? {})).toHaveLength(8);
  });

  test('nothing that is told wrongly throws', async () => {
    const stage = new AuditStage();
    stage.log.note({ ...forged(), facts: null } as never);
    stage.log.note({ ...forged({ reason: 'mode' }), actor: 7 } as never);
    stage.log.note(forged({ reason: 'seal' }));
    expect((await stage.entries()).at(-1)?.detail).toEqual({ reason: 'seal' });
    expect(stage.lines.join('')).toContain('unexpected');
  });
});

describe('what is alike', () => {
  test('is told at once, then by its number after 5, 10, 20 seconds, and anew after hours of silence', async () => {
    const stage = new AuditStage();
    const seen = async () => (await stage.entries()).map(({ at, detail }) => [at - start, detail['count']]);
    stage.log.note(forged());
    expect(await seen()).toEqual([[0, undefined]]);
    for (let second = 0; second < 35; second++) {
      stage.log.note(forged());
      stage.log.note(forged());
      await stage.pass(1000);
    }
    const first = [
      [0, undefined],
      [5_000, 10],
      [15_000, 20],
      [35_000, 40],
    ];
    expect(await seen()).toEqual(first);
    await stage.pass(foldKnown - 1);
    expect(await seen()).toEqual(first);
    await stage.pass(1);
    stage.log.note(forged());
    expect(await seen()).toEqual([...first, [35_000 + foldKnown, undefined]]);
  });

  test('that pauses each time until it was told of is told of no more often', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 12; i++) {
      stage.log.note(forged());
      await stage.pass(10_000);
    }
    await stage.pass(5 * minute);
    const counts = (await stage.entries()).map(({ detail }) => Number(detail['count'] ?? 1));
    expect(counts.length).toBeLessThanOrEqual(6);
    expect(counts.reduce((sum, count) => sum + count)).toBe(12);
  });

  test('once in 10 s for a day, from one address, is no more than an entry in five minutes', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 24 * 360; i++) {
      stage.log.note(forged());
      await stage.pass(10_000);
    }
    expect((await stage.entries()).length).toBeLessThan(24 * 12 + 10);
  });

  test('gives way to others once it comes no more, and to none that is counted', async () => {
    const stage = new AuditStage({ folds: 2 });
    stage.log.note(fromNetwork(1));
    stage.log.note(fromNetwork(2));
    stage.log.note(fromNetwork(2));
    await stage.pass(10_000);
    stage.log.note(fromNetwork(2));
    stage.log.note(fromNetwork(3));
    stage.log.note(fromNetwork(4));
    const found = (await stage.entries()).map(({ ip, detail }) => [ip, detail['count']]);
    expect(found.slice(3)).toEqual([['10.0.3.0/24', undefined]]);
    await stage.pass(10_000);
    expect((await stage.entries()).map(({ detail }) => detail['count']).slice(4)).toEqual([1, 1]);
  });

  test('says since when', async () => {
    const stage = new AuditStage();
    stage.log.note(forged());
    await stage.pass(2_000);
    stage.log.note(forged());
    await stage.pass(3_000);
    expect((await stage.entries()).at(-1)).toMatchObject({
      at: start + 5_000,
      detail: { reason: 'signature', count: 1, since: start + 2_000 },
    });
  });

  test('costs two entries, were it ten thousand in a second', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 10_000; i++) stage.log.note(forged({ ip: `203.0.113.${i % 256}` }));
    await stage.pass(5_000);
    const found = await stage.entries();
    expect(found.map(({ detail }) => detail['count'])).toEqual([undefined, 9_999]);
  });

  test('is not what differs in network, account, reason, scene or person', async () => {
    const stage = new AuditStage();
    stage.log.note(forged());
    stage.log.note(forged({ ip: '203.0.114.77' }));
    stage.log.note(forged({ account: 'other' }));
    stage.log.note(forged({ reason: 'mode' }));
    stage.log.note(forged({ sceneId: 'B'.repeat(22) }));
    stage.log.note(forged({ openid: 'oSomebody00000000001' }));
    stage.log.note(forged({ kind: 'webhook_replayed' }));
    stage.log.note(forged({ facts: { userAgent: 'alike, whatever it calls itself' } }));
    expect(await stage.entries()).toHaveLength(7);
  });

  test.each([
    { name: 'the end of a scene by an operator', event: cancelledBy('token') },
    { name: 'the start of a node', event: { kind: 'started', actor: 'node' } as const },
  ])('is not $name: each is told by itself', async ({ event }) => {
    const stage = new AuditStage();
    for (let i = 0; i < 500; i++) stage.log.note(event);
    expect(await stage.entries()).toHaveLength(500);
  });

  test('is told before the end', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 7; i++) stage.log.note(forged());
    await stage.log.close();
    expect((await stage.entries()).map(({ detail }) => detail['count'])).toEqual([undefined, 6]);
  });

  test('has nobody wait: without any, nothing runs', async () => {
    const stage = new AuditStage();
    stage.log.note(forged());
    expect(stage.clock.alarms).toBe(1);
    await stage.pass(5_000);
    expect(stage.clock.alarms).toBe(0);
  });
});

describe('what an operator does over and over', () => {
  test.each(['operator_signed_in', 'operator_signed_out', 'audit_exported'] as const)(
    '%s is told a few times, and then by its number',
    async (kind) => {
      const stage = new AuditStage();
      for (let i = 0; i < 6_000; i++) stage.log.note(signedIn({ kind, ip: `198.51.100.${i % 256}` }));
      await stage.pass(5_000);
      const found = await stage.entries();
      expect(found).toHaveLength(actsToldAlone + 1);
      expect(found.at(-1)).toMatchObject({
        actor: 'token',
        ip: '198.51.100.0/24',
        detail: { role: 'view', count: 6_000 - actsToldAlone, since: start },
      });
    },
  );

  test('says what he did last', async () => {
    const stage = new AuditStage({ actsToldAlone: 1 });
    for (const entries of [1, 2, 3])
      stage.log.note({ kind: 'audit_exported', actor: 'Mei', role: 'view', facts: { entries } });
    await stage.pass(5_000);
    const found = (await stage.entries()).map(({ detail }) => [detail['entries'], detail['count']]);
    expect(found).toEqual([
      [1, undefined],
      [3, 2],
    ]);
  });

  test('is not what another does, or the same elsewhere or in another role', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 100; i++) stage.log.note(signedIn());
    stage.log.note(signedIn({ role: 'operate' }));
    stage.log.note(signedIn({ actor: 'Mei' }));
    stage.log.note(signedIn({ ip: '203.0.113.7' }));
    expect(await stage.entries()).toHaveLength(actsToldAlone + 3);
  });

  test('from ever new networks hides no act of another, and pushes out none in a day', async () => {
    const stage = new AuditStage();
    stage.log.note(signedIn({ actor: 'Mei', role: 'operate' }));
    for (let i = 0; i < 24 * 60; i++) {
      for (let many = 0; many < 10; many++) stage.log.note(signedIn(addressOf(10 * i + many)));
      await stage.pass(minute);
    }
    stage.log.note(signedIn({ actor: 'Mei', role: 'operate', ip: '203.0.113.7' }));
    const found = await stage.entries();
    expect(found.length).toBeLessThan(settings.audit.kept / 2);
    expect([found[0], found.at(-1)].map((entry) => entry?.actor)).toEqual(['Mei', 'Mei']);
    const beyond = found.find(({ detail }) => detail['reason'] === 'too_many_to_tell');
    expect(beyond).toMatchObject({ actor: 'token', ip: null, detail: { role: 'view' } });
  });
});

describe('a flood from ever new networks', () => {
  test('is told of one by one, a hundred times, and then as one number', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 1_000; i++) stage.log.note(fromNetwork(i));
    expect(await stage.entries()).toHaveLength(100);
    await stage.pass(5_000);
    const found = await stage.entries();
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatchObject({
      kind: 'webhook_forged',
      actor: 'unknown',
      ip: null,
      detail: { reason: 'too_many_to_tell', count: 900, since: start },
    });
  });

  test('that goes on for a day washes out nothing', async () => {
    const stage = new AuditStage({ kept: 5_000 });
    stage.log.note(forged({ kind: 'exchange_refused' }));
    stage.log.note(cancelledBy('token'));
    const hours = 6;
    for (let second = 0, network = 0; second < hours * 3600; second += 10) {
      for (let i = 0; i < 20; i++) stage.log.note(fromNetwork(network++ % 65_536));
      await stage.pass(10_000);
    }
    const found = await stage.entries();
    expect(found.length).toBeLessThan(100 + hours * 60 + hours * 12 + 20);
    expect(found.slice(0, 2).map(({ kind }) => kind)).toEqual(['exchange_refused', 'scene_cancelled']);
    const counted = found.reduce((sum, { detail }) => sum + Number(detail['count'] ?? 0), 0);
    expect(counted + found.length).toBeGreaterThan(hours * 360 * 20 * 0.97);
  });

  test('of one kind takes nothing from another', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 1_000; i++) stage.log.note(fromNetwork(i));
    stage.log.note(forged({ kind: 'operator_sign_in_refused', actor: 'unknown' }));
    expect((await stage.entries()).at(-1)?.kind).toBe('operator_sign_in_refused');
  });

  test('gathers no more at once than a bound allows', async () => {
    const stage = new AuditStage({ folds: 10 });
    for (let i = 0; i < 1_000; i++) stage.log.note(fromNetwork(i));
    await stage.pass(5_000);
    expect((await stage.entries()).map(({ detail }) => detail['count']).slice(9)).toEqual([undefined, 990]);
  });

  test('that is over leaves as much room as before', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 200; i++) stage.log.note(fromNetwork(i));
    await stage.pass(100 * minute);
    for (let i = 200; i < 300; i++) stage.log.note(fromNetwork(i));
    const told = (await stage.entries()).filter(({ detail }) => detail['count'] === undefined);
    expect(told).toHaveLength(200);
  });
});
