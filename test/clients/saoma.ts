import { createRequire } from 'node:module';
import type * as client from '../../clients/miniprogram/saoma.js';

type Client = typeof client;

/** As a mini program loads it: its modules are CommonJS. */
export const { createSaoma, sceneFromLaunch, SaomaError } = createRequire(import.meta.url)(
  '../../clients/miniprogram/saoma.js',
) as Client;

export type Saoma = ReturnType<Client['createSaoma']>;
