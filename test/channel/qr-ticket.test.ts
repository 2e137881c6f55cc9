import { describe, expect, test, vi } from 'vitest';
import { QrTickets } from '../../src/channel/qr-ticket.ts';
import type { QrUse } from '../../src/channel/qr-ticket.ts';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import type { QrCode } from '../../src/scene/ticket.ts';
import { fixture, paths } from '../wechat/fake-wechat.ts';
import { stage } from '../wechat/support.ts';
import { failureOf } from '../scene/support.ts';

const ttl = 120_000;
const { qrMargin } = settings.scene;

interface Body {
  expire_seconds: number;
  action_info: { scene: { scene_str: string } };
}

/** Tickets of an account whose WeChat tells each code's scene in its url. */
async function open(figures: Settings['qrPool'] = settings.qrPool) {
  const { wechat, account, clock, lines } = await stage();
  wechat.answer(paths.qrCode, ({ body }) => {
    const scene = (JSON.parse(body) as Body).action_info.scene.scene_str;
    return { ...fixture('qrcode-create'), url: `http://weixin.qq.com/q/${scene}` };
  });
  const uses: Record<QrUse, number> = { ahead: 0, on_demand: 0, unused: 0 };
  const observe = (use: QrUse, codes: number): void => void (uses[use] += codes);
  let begun = 0;
  const newId = (bytes: number): string => {
    begun++;
    return randomId(bytes);
  };
  const tickets = new QrTickets({ account, newId, clock, observe, figures });
  const asked = (): Body[] =>
    wechat.asked.filter(({ path }) => path === paths.qrCode).map(({ body }) => JSON.parse(body) as Body);
  /** So many scenes get their codes, one after the other. */
  const serve = async (count: number): Promise<{ sceneId: string; qr: QrCode }[]> => {
    const served = [];
    for (let i = 0; i < count; i++) {
      const ticket = tickets.issue(ttl);
      served.push({ sceneId: ticket.sceneId, qr: await ticket.code() });
    }
    return served;
  };
  /** Once no code is being made any more. */
  const settled = () => vi.waitFor(() => expect(tickets.inStock + uses.ahead + uses.on_demand).toBe(begun));
  return { wechat, account, clock, lines, tickets, uses, asked, serve, settled };
}

describe('a code that is made for its scene', () => {
  test('is asked for once its picture is wanted, and outlives the scene', async () => {
    const { tickets, asked, uses } = await open();
    const ticket = tickets.issue(ttl);
    expect(ticket.sceneId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(asked()).toEqual([]);
    const qr = await ticket.code();
    expect(qr).toEqual({
      url: `http://weixin.qq.com/q/${ticket.sceneId}`,
      svg: expect.stringMatching(/^<svg .*<\/svg>$/) as string,
    });
    expect(asked()).toMatchObject([{ expire_seconds: (ttl + qrMargin) / 1000 }]);
    expect(uses).toEqual({ ahead: 0, on_demand: 1, unused: 0 });
  });

  test('costs nothing when its scene is not to be', async () => {
    const { tickets, asked, uses } = await open();
    tickets.issue(ttl).giveBack();
    tickets.issue(ttl).discard();
    expect(asked()).toEqual([]);
    expect(uses).toEqual({ ahead: 0, on_demand: 0, unused: 0 });
  });

  test('fails as WeChat does, with nothing left over', async () => {
    const { tickets, wechat, uses } = await open();
    wechat.answer(paths.qrCode, () => ({ errcode: 48001, errmsg: 'api unauthorized' }));
    expect(await failureOf(tickets.issue(ttl).code())).toBe('wechat_unavailable');
    expect(uses).toEqual({ ahead: 0, on_demand: 0, unused: 0 });
  });
});

describe('a code that is made ahead', () => {
  test('is there at once when a rush goes on, and lives long enough', async () => {
    const { serve, tickets, asked, uses, settled } = await open();
    await serve(60);
    await settled();
    expect(tickets.inStock).toBeGreaterThan(2);
    const before = { ...uses };
    const [served] = await serve(1);
    expect(uses).toEqual({ ...before, ahead: before.ahead + 1 });
    const lifetimes = asked().filter(({ action_info }) => action_info.scene.scene_str === served?.sceneId);
    expect(lifetimes).toMatchObject([{ expire_seconds: (settings.qrPool.keptFor + ttl + qrMargin) / 1000 }]);
  });

  test('serves one scene, and under its own id', async () => {
    const { serve } = await open();
    const served = await serve(150);
    expect(new Set(served.map(({ sceneId }) => sceneId)).size).toBe(150);
    expect(served.filter(({ sceneId, qr }) => !qr.url?.endsWith(sceneId))).toEqual([]);
  });

  test('that no scene had may be another’s; one that a scene may have is nobody’s', async () => {
    const { serve, tickets, settled, uses, account } = await open();
    await serve(60);
    await settled();
    const [first, second] = [tickets.issue(ttl), tickets.issue(ttl)];
    second.discard();
    first.giveBack();
    expect(uses.unused).toBe(1);
    const left = Array.from({ length: tickets.inStock }, () => tickets.issue(ttl).sceneId);
    expect(left[0]).toBe(first.sceneId);
    expect(left).not.toContain(second.sceneId);
    await vi.waitFor(() => expect(account.qrCodesToday.unused).toBe(1));
  });

  test('is refilled by codes that are given out, not by scenes that are refused', async () => {
    const { serve, tickets, settled, asked } = await open();
    await serve(60);
    await settled();
    const before = asked().length;
    for (let i = 0; i < 200; i++) tickets.issue(ttl).discard();
    await new Promise(setImmediate);
    expect(asked()).toHaveLength(before);
    expect(tickets.inStock).toBe(0);
  });

  test('is told of in no log', async () => {
    const { serve, settled, lines, tickets } = await open();
    await serve(60);
    await settled();
    const id = tickets.issue(ttl).sceneId;
    expect(JSON.stringify(lines)).not.toContain(id);
  });

  test('counts as unused when the service ends', async () => {
    const { serve, tickets, settled, uses, account } = await open();
    await serve(60);
    await settled();
    const left = tickets.inStock;
    await tickets.close();
    expect(uses.unused).toBe(left);
    expect(account.qrCodesToday.unused).toBe(left);
    await serve(1);
    expect(tickets.inStock).toBe(0);
  });

  test('is not made where that is switched off', async () => {
    const { serve, uses, asked } = await open({ ...settings.qrPool, atMost: 0 });
    await serve(60);
    expect(asked()).toHaveLength(60);
    expect(uses).toEqual({ ahead: 0, on_demand: 60, unused: 0 });
  });
});
