import { dashboardSite } from '../../src/config/dashboard.ts';
import { Browser } from '../support/browser.ts';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import type { TestApp } from '../support/start-app.ts';

export const operators = [
  { name: 'Ann', openid: 'oAnnOperates0000000000000001', role: 'operate' },
  { name: '王芳', openid: 'oWangFangViews00000000000002', role: 'view' },
] as const;
export const [ann, fang] = operators;
export const stranger = 'oStrangerToAll00000000000003';

const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

/** A code that the dashboard shows, and the socket that waits for its scan. */
export interface ShownCode {
  scene: OpenedScene;
  socket: LoginSocket;
}

/** The dashboard's page before anybody is signed in: what it asks for. */
export class SignInPage {
  readonly url: string;
  readonly origin: string;
  readonly browser: Browser;

  /** @param origin of the page, if it is not where it asks */
  constructor(url: string, origin = url) {
    this.url = url;
    this.origin = origin;
    this.browser = new Browser(url, origin);
  }

  openScene(site: string = dashboardSite): Promise<Response> {
    return this.browser.post('/api/scenes', { site }, { 'user-agent': userAgent });
  }

  async show(): Promise<ShownCode> {
    const scene = (await (await this.openScene()).json()) as OpenedScene;
    const socket = await this.browser.attach(scene);
    await socket.reach('pending');
    return { scene, socket };
  }

  signIn(code: string, number: string): Promise<Response> {
    return this.browser.post('/ops/session', { code, number });
  }

  /** As the page asks, with the cookie that `signIn` brought. */
  ask(path: string, cookie: string, method = 'GET'): Promise<Response> {
    return fetch(this.url + path, { method, headers: { cookie, origin: this.origin } });
  }
}

export function cookieOf(answer: Response): string {
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

/** Scans, and reads the chat. */
export async function scanned(app: TestApp, openid: string, { scene }: ShownCode): Promise<string> {
  const answer = await app.wechat.scan(openid, scene.sceneId);
  return app.wechat.replyText(await answer.text());
}

export function numberIn(reply: string): string {
  return /^Your number: (\d{6})$/m.exec(reply)?.[1] ?? '';
}

/** Any that it is not. */
export function wrong(number: string): string {
  return String((Number(number) + 1) % 1_000_000).padStart(6, '0');
}

/** What the page and the phone know after a scan. */
export async function scan(
  app: TestApp,
  openid: string,
  shown: ShownCode,
): Promise<{ code: string; number: string; reply: string }> {
  const reply = await scanned(app, openid, shown);
  const { code = '' } = await shown.socket.reach('confirmed');
  return { code, number: numberIn(reply), reply };
}
