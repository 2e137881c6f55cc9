import { createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ApprovalHandles } from '../../src/channel/approval-handle.ts';
import { randomId } from '../../src/kit/id.ts';

const handles = new ApprovalHandles('a-secret');
const sceneId = randomId(16);

test('a handle is the scene, and what only the secret makes for it and the person', () => {
  const key = Buffer.from(hkdfSync('sha256', 'a-secret', '', 'saoma-approval', 32));
  const mac = createHmac('sha256', key).update(`${sceneId}\noMei`).digest('base64url');
  expect(handles.handleOf(sceneId, 'oMei')).toBe(sceneId + mac);
});

test('every node makes the same, and reads it', () => {
  const handle = new ApprovalHandles('a-secret').handleOf(sceneId, 'oMei');
  expect(handles.handleOf(sceneId, 'oMei')).toBe(handle);
  expect(handles.sceneIdOf(handle, 'oMei')).toBe(sceneId);
});

test('with another person, scene or secret it is none', () => {
  const handle = handles.handleOf(sceneId, 'oMei');
  const other = randomId(16);
  expect(handles.sceneIdOf(handle, 'oMe')).toBeUndefined();
  expect(handles.sceneIdOf(other + handle.slice(22), 'oMei')).toBeUndefined();
  expect(new ApprovalHandles('b-secret').sceneIdOf(handle, 'oMei')).toBeUndefined();
});

test.each(['', 'x', 'A'.repeat(64), 'A'.repeat(66), `${'A'.repeat(64)}=`, `${'A'.repeat(64)}\n`])(
  '%j is none',
  (handle) => {
    expect(handles.sceneIdOf(handle, 'oMei')).toBeUndefined();
  },
);
