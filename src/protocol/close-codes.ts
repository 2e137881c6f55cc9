/** What a browser does after its socket was closed. */
export type After =
  /** Nothing more comes. */
  | 'stop'
  /** Come back to the same scene, after a random wait. */
  | 'return'
  /** This scene is lost: ask for a new one. */
  | 'renew';

interface CloseCode {
  readonly code: number;
  readonly then: After;
}

/** Every way in which the server closes a socket. The numbers are part of the wire contract. */
export const closeCodes = {
  done: { code: 1000, then: 'stop' },
  goingAway: { code: 1001, then: 'return' },
  binary: { code: 1003, then: 'stop' },
  badMessage: { code: 1008, then: 'stop' },
  tooBig: { code: 1009, then: 'stop' },
  failed: { code: 1011, then: 'return' },
  restart: { code: 1012, then: 'return' },
  overloaded: { code: 1013, then: 'return' },
  sceneGone: { code: 4401, then: 'renew' },
  noAttach: { code: 4408, then: 'return' },
  replaced: { code: 4409, then: 'stop' },
  tooMany: { code: 4429, then: 'stop' },
} as const satisfies Record<string, CloseCode>;

export type CloseName = keyof typeof closeCodes;

/** What to do after a close code; a code that is not ours (1006, a proxy's) means a lost connection: come back. */
export function afterClose(code: number): After {
  return Object.values(closeCodes).find((known) => known.code === code)?.then ?? 'return';
}
