import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import type { ErrorCode } from '../../src/kit/errors.ts';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import {
  decodeClientMessage,
  decodeServerMessage,
  isFinal,
  sceneStates,
} from '../../src/protocol/messages.ts';
import { isSceneId, sceneIdOf } from '../../src/scene/code.ts';
import { moves } from '../../src/scene/scene.ts';
import { bodies, contract, examples, table } from './contract.ts';

describe('what PROTOCOL.md says a browser sends, the server reads', () => {
  test.each(examples('client'))('%s', (text) => {
    expect(decodeClientMessage(text)).toEqual(JSON.parse(text));
  });

  test('every message has its example', () => {
    const types = examples('client').map((text) => decodeClientMessage(text)?.type);
    expect(new Set(types)).toEqual(new Set(['attach', 'cancel', 'ack', 'number']));
  });
});

describe('what it says the server sends, a browser reads', () => {
  test.each(examples('server'))('%s', (text) => {
    const snapshot = decodeServerMessage(text);
    expect(snapshot).toEqual(JSON.parse(text));
    expect(isSceneId(snapshot?.sceneId ?? '')).toBe(true);
    expect(snapshot?.code === undefined).toBe(snapshot?.state !== 'confirmed');
    expect(snapshot?.code && sceneIdOf(snapshot.code)).toBe(snapshot?.code && snapshot.sceneId);
  });

  test('there are examples, and every field of them is explained', () => {
    const fields = new Set(examples('server').flatMap((text) => Object.keys(JSON.parse(text) as object)));
    fields.delete('type');
    const explained = table('field', 'meaning').flatMap(([names]) => names?.split(', ') ?? []);
    expect(explained.sort()).toEqual([...fields].sort());
  });
});

test('its examples of HTTP bodies are JSON', () => {
  expect(bodies().length).toBeGreaterThan(8);
  for (const body of bodies()) expect(() => void JSON.parse(body)).not.toThrow();
});

test('its table of close codes is the one in force', () => {
  const documented = table('code', 'name', 'why').map(([code, name, , then]) => [name, Number(code), then]);
  const inForce = Object.entries(closeCodes).map(([name, { code, then }]) => [name, code, then]);
  expect(documented).toEqual(inForce);
});

test('its table of states is the machine', () => {
  const documented = table('state', 'meaning').map(([state, , next]) => [state, next]);
  const inForce = sceneStates.map((state) => {
    const next = Object.values(moves).filter(({ from }) => (from as readonly string[]).includes(state));
    return [state, isFinal(state) ? 'final' : [...new Set(next.map(({ to }) => to))].sort()];
  });
  const sorted = documented.map(([state, next]) => [
    state,
    next === 'final' ? next : next?.split(', ').sort(),
  ]);
  expect(sorted).toEqual(inForce);
});

describe('its table of error codes is the one in force', () => {
  const documented = table('code', 'status', 'meaning');

  test.each(documented)('%s is %s', (code, status) => {
    expect(new AppError(code as ErrorCode).status).toBe(Number(status));
  });

  test('none is missing', () => {
    const source = readFileSync(new URL('../../src/kit/errors.ts', import.meta.url), 'utf8');
    const inForce = [...source.matchAll(/^ {2}(\w+): \{ status: \d+/gm)].map(([, code]) => code);
    expect(documented.map(([code]) => code)).toEqual(inForce);
  });
});

test('its reasons for a cancel are those that a scene can have', () => {
  const source = readFileSync(new URL('../../src/scene/scene.ts', import.meta.url), 'utf8');
  const reasons = /type Reason =([^;]+);/.exec(source)?.[1]?.match(/\w+/g) ?? [];
  expect(reasons.length).toBeGreaterThan(2);
  for (const reason of reasons) expect(contract).toContain(`\`${reason}\``);
});
