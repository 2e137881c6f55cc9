import { beforeEach, expect, test } from 'vitest';
import { FakeWorld } from './fake-world.ts';

interface Maker {
  makeAfter(wait: number): void;
}
interface MakerModule {
  SceneMaker: new (request: object, handlers: object, world: FakeWorld) => Maker;
}
const modulePath = '../../public/login/scene-maker.js';
const { SceneMaker } = (await import(modulePath)) as MakerModule;

const hourAhead = 3_600_000;
const made = () =>
  Response.json(
    {
      sceneId: 'abc',
      claim: 'secret',
      socketUrl: 'ws://x',
      expiresAt: hourAhead + 120_000,
      qr: { svg: '<svg/>' },
    },
    { status: 201, headers: { date: new Date(hourAhead).toUTCString() } },
  );

let world: FakeWorld;
let maker: Maker;
let told: unknown[];

beforeEach(() => {
  world = new FakeWorld();
  told = [];
  const handlers = {
    made: (scene: unknown) => told.push(scene),
    busy: (retryAt: number) => told.push(['busy', retryAt]),
    unreachable: () => told.push('unreachable'),
    refused: () => told.push('refused'),
  };
  maker = new SceneMaker({ site: 'shop' }, handlers, world);
});

test('has the scene’s end by this machine’s clock', async () => {
  world.answer = made;
  maker.makeAfter(0);
  await world.pass(0);
  expect(told).toEqual([
    {
      sceneId: 'abc',
      claim: 'secret',
      socketUrl: 'ws://x',
      picture: 'data:image/svg+xml,%3Csvg%2F%3E',
      isMiniProgram: false,
      expiresAt: 119_500,
      lifetime: 119_500,
      skew: hourAhead + 500,
    },
  ]);
});

test.each([
  { name: 'a JPEG', image: 'data:image/jpeg;base64,/9j/', isTaken: true },
  { name: 'a PNG', image: 'data:image/png;base64,iVBORw==', isTaken: true },
  { name: 'an address', image: 'https://evil.example/a.png', isTaken: false },
  {
    name: 'a drawing, which can hold more than a picture',
    image: 'data:image/svg+xml,<svg/>',
    isTaken: false,
  },
  { name: 'a page', image: 'data:text/html,<b>', isTaken: false },
  { name: 'nothing', image: undefined, isTaken: false },
])("of a mini program's codes takes pictures and nothing else: $name", async ({ image, isTaken }) => {
  const answer = { sceneId: 'abc', claim: 'secret', socketUrl: 'ws://x', expiresAt: 120_000 };
  world.answer = () => Response.json({ ...answer, qr: { url: null, svg: null, image } }, { status: 201 });
  maker.makeAfter(0);
  await world.pass(0);
  const [first] = told as { picture?: string; isMiniProgram?: boolean }[];
  expect(told).toHaveLength(1);
  expect(first?.picture).toBe(isTaken ? image : undefined);
  expect(first?.isMiniProgram).toBe(isTaken || undefined);
});

test('asks for nothing while nobody sees the page', async () => {
  world.answer = made;
  world.happens('hidden');
  maker.makeAfter(0);
  await world.pass(600_000);
  expect(world.requests).toEqual([]);
  world.happens('visible');
  world.happens('visible');
  await world.pass(0);
  expect(world.requests).toEqual([600_000]);
});

test('asks an absent server ever more slowly, and at once when the network is back', async () => {
  maker.makeAfter(0);
  await world.pass(64_000);
  expect(world.requests).toEqual([0, 2_000, 6_000, 14_000, 30_000, 60_000]);
  world.happens('online');
  expect(world.requests.at(-1)).toBe(64_000);
});

test.each([429, 503])('waits as long as it is told to after %i, and a little more', async (status) => {
  world.answer = () => new Response('', { status, headers: { 'retry-after': '30' } });
  maker.makeAfter(0);
  await world.pass(1_000);
  expect(told).toEqual([['busy', 32_000]]);
  world.happens('online');
  await world.pass(31_000);
  expect(world.requests).toEqual([0, 32_000]);
});

test.each([400, 403, 404])('stops after %i', async (status) => {
  world.answer = () => new Response('', { status });
  maker.makeAfter(0);
  await world.pass(600_000);
  expect(told).toEqual(['refused']);
});

test('takes no other page for an answer', async () => {
  world.answer = () => new Response('<h1>Welcome to the hotel</h1>');
  maker.makeAfter(0);
  await world.pass(0);
  expect(told).toEqual([['busy', 7_000]]);
});

test('does not wait for an answer without end', async () => {
  world.fetch = (_url?: string, init?: RequestInit) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  maker.makeAfter(0);
  await world.pass(10_000);
  expect(told).toEqual(['unreachable']);
});
