import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPushQuery } from '../../src/channel/push-query.ts';
import { openBody, queryHolds } from '../../src/channel/webhook.ts';
import { randomId } from '../../src/kit/id.ts';
import { readEvent } from '../../src/wechat/events.ts';
import { XmlError } from '../../src/wechat/xml.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { messages, outerPostOf, postOf, seed } from './generated.ts';
import type { Message } from './generated.ts';
import { leastOccupation, occupation } from './stopwatch.ts';
import { appId, encodingAesKey, expectUntouched, modes, textOf, token } from './support.ts';
import type { Mode, Post } from './support.ts';

/** Per mode; together 10,000 and more. */
const directly = 3200;
const byHttp = 200;
/** No single input may occupy the event loop longer, ms. */
const longest = 50;
const unreadable = '{"error":"invalid_request","message":"The message cannot be read."}';
const tooLarge = '{"error":"payload_too_large","message":"The body is too large."}';
const now = 1_700_000_000_000;

console.log(`fuzz seed ${seed}; run again with FUZZ_SEED=${seed}`);

/** Of the encrypted ones, every fourth is fuzzed outside its envelope. */
function postFor(mode: Mode, message: Message, index: number, nowMs: number): Post {
  const nonce = `n${index}`;
  const outer = mode !== 'plain' && index % 4 === 3;
  return outer ? outerPostOf(message, nonce, nowMs) : postOf(mode, message, nonce, nowMs);
}

/** All that is done with a body before anything is awaited; tells the status it leads to. */
function answer(mode: Mode, { query: parameters, body }: Post): number {
  const account = { name: 'main', appId, appSecret: '', token, encodingAesKey, mode, apiUrl: '' };
  const query = readPushQuery(parameters.toString());
  if (!query || !queryHolds(query, account, now)) throw new Error('the generator signed it wrongly');
  const opened = openBody(Buffer.from(body), query, account);
  if (!opened) return 403;
  try {
    readEvent(opened.xml ?? '');
    return 200;
  } catch (error) {
    if (error instanceof XmlError) return 400;
    throw error;
  }
}

describe.each(modes)('in %s mode', (mode) => {
  test(`${directly} generated bodies are each judged, and in less than ${longest} ms`, () => {
    const bodies = fc.sample(messages(randomId(16)), { numRuns: directly, seed });
    const seen = new Set<number>();
    const runs = bodies.map((message, index) => {
      const post = postFor(mode, message, index, now);
      return { post, ms: occupation(() => seen.add(answer(mode, post))) };
    });
    const slowest = runs.toSorted((a, b) => b.ms - a.ms).slice(0, 20);
    const best = slowest.map(({ post }) => leastOccupation(() => answer(mode, post)));
    expect(Math.max(...best)).toBeLessThan(longest);
    expect([...seen].filter((status) => ![200, 400, 403].includes(status))).toEqual([]);
    expect([...seen]).toContain(400);
    expect([...seen]).toContain(200);
  });

  describe('by HTTP', () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await startApp({ mode });
    });
    afterAll(() => app.close());

    test(`${byHttp} generated bodies are answered as documented, and move no scene`, async () => {
      const scene = await app.browser().open('shop');
      const statuses: number[] = [];
      const texts: Record<number, Set<string>> = {
        200: new Set(),
        400: new Set(),
        403: new Set(),
        413: new Set(),
      };
      const isAnswered = async (message: Message): Promise<void> => {
        const { query, body } = postFor(mode, message, statuses.length, Date.now());
        const response = await app.wechat.post(query, body);
        statuses.push(response.status);
        expect([200, 400, 403, 413]).toContain(response.status);
        texts[response.status]?.add(await response.text());
      };
      await fc.assert(fc.asyncProperty(messages(scene.sceneId), isAnswered), {
        numRuns: byHttp,
        seed,
        endOnFailure: true,
      });
      expect(statuses).toHaveLength(byHttp);
      const documented = { 200: ['success'], 403: [''], 400: [unreadable], 413: [tooLarge] };
      for (const [status, told] of Object.entries(documented))
        expect(told).toEqual(expect.arrayContaining([...(texts[Number(status)] ?? [])]));
      // No move leads back to the beginning, so looking once tells of all of them.
      await expectUntouched(app, scene);
      expect(app.logged.filter((line) => line.includes('"msg":"unexpected"'))).toEqual([]);
      expect(await textOf(app, app.wechat.scan('oUserOpenid0000000000000000x', scene.sceneId))).toContain(
        'The Shop',
      );
    });
  });
});
