/**
 * Owns the words that browser and server exchange about a scene. Imports nothing: the same module runs at both ends.
 */

export const sceneStates = [
  'pending',
  'scanned',
  'confirmed',
  'consumed',
  'denied',
  'cancelled',
  'expired',
] as const;
export type SceneState = (typeof sceneStates)[number];

export const finalStates: readonly SceneState[] = ['consumed', 'denied', 'cancelled', 'expired'];

export function isFinal(state: SceneState): boolean {
  return finalStates.includes(state);
}

/** How a scan becomes a login. */
export type Approval = 'scan' | 'tap' | 'number';

/** The whole visible scene: sent at each change, so that a repeat or a lost one does no harm. Times in ms since the epoch. */
export interface SceneSnapshot {
  type: 'scene';
  sceneId: string;
  /** Grows by one at each move. */
  version: number;
  state: SceneState;
  expiresAt: number;
  approval?: Approval;
  user?: { nickname: string | null; avatarUrl: string | null };
  /** One-time code, present while `confirmed` only. */
  code?: string;
  codeExpiresAt?: number;
  reason?: string;
}

export type ServerMessage = SceneSnapshot;

export type ClientMessage =
  | { type: 'attach'; claim: string }
  | { type: 'number'; value: string }
  | { type: 'cancel' }
  | { type: 'ack'; version: number };

type Fields = Record<string, unknown>;

const clientShapes: Record<ClientMessage['type'], (m: Fields) => ClientMessage | undefined> = {
  attach: ({ claim }) => (typeof claim === 'string' ? { type: 'attach', claim } : undefined),
  number: ({ value }) =>
    typeof value === 'string' && /^[0-9]{2}$/.test(value) ? { type: 'number', value } : undefined,
  cancel: () => ({ type: 'cancel' }),
  ack: ({ version }) =>
    typeof version === 'number' && Number.isSafeInteger(version) ? { type: 'ack', version } : undefined,
};

/** Reads what a browser sent; `undefined` for anything that is not a known message. */
export function decodeClientMessage(text: string): ClientMessage | undefined {
  const fields = parseObject(text);
  if (!fields || typeof fields['type'] !== 'string' || !Object.hasOwn(clientShapes, fields['type']))
    return undefined;
  return clientShapes[fields['type'] as ClientMessage['type']](fields);
}

/** Reads what the server sent; `undefined` for anything this version does not know. */
export function decodeServerMessage(text: string): ServerMessage | undefined {
  const fields = parseObject(text);
  return fields && isSnapshot(fields) ? (fields as unknown as SceneSnapshot) : undefined;
}

function isSnapshot({ type, sceneId, version, state, expiresAt }: Fields): boolean {
  return (
    type === 'scene' &&
    typeof sceneId === 'string' &&
    typeof version === 'number' &&
    sceneStates.includes(state as SceneState) &&
    typeof expiresAt === 'number'
  );
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}
