/** Owns the loading of the shipped login script, `public/login`, so that a page here comes back by the very law of the real one. */
import { register } from 'node:module';

/** The part of `public/login/browser.js` that the script needs. */
export interface World {
  now(): number;
  after(ms: number, task: () => void): () => void;
  random(): number;
  fetch(url: string, init: RequestInit): Promise<unknown>;
  openSocket(url: string): unknown;
  online(): boolean;
  visible(): boolean;
  on(happening: string, task: () => void): () => void;
  painted(task: () => void): void;
}

export interface View {
  phase: 'preparing' | 'waiting' | 'scanned' | 'done' | 'paused' | 'over' | 'replaced' | 'tooMany' | 'failed';
  scene: { sceneId: string } | null;
}

export interface Login {
  request: { site: string };
  session: { load(): null; save(memory: unknown): void };
  world: World;
  show(view: View): void;
  leave(code: string): void;
}

interface LoginModule {
  LoginFlow: new (login: Login) => { start(): void; act(): void };
}

// Where a browser asks the server for /protocol, the compiled one is in dist.
const protocol = new URL('../../../dist/protocol/', import.meta.url).href;
const hook = `export const resolve = (name, context, next) =>
  next(name.replace(/^[/]protocol[/]/, ${JSON.stringify(protocol)}), context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const modulePath = new URL('../../../public/login/login-flow.js', import.meta.url).href;
export const { LoginFlow } = (await import(modulePath)) as LoginModule;
