/** Owns a floor's calls to the WeChat API: undici, kept connections, and one access token, which outlives every run. */
import { Pool } from 'undici';

export interface Person {
  nickname?: string;
  headimgurl?: string;
}

/** More than are ever open while WeChat answers; where it does not, they must not be without end. */
const connections = 256;

export class WechatCalls {
  readonly #pool: Pool;
  readonly #token: string;

  private constructor(pool: Pool, token: string) {
    this.#pool = pool;
    this.#token = token;
  }

  static async start(url: string): Promise<WechatCalls> {
    const pool = new Pool(url, { connections });
    const { body } = await pool.request({
      method: 'POST',
      path: '/cgi-bin/stable_token',
      body: JSON.stringify({
        grant_type: 'client_credential',
        appid: 'wx00112233445566aa',
        secret: 'secret',
      }),
    });
    const { access_token: token } = (await body.json()) as { access_token: string };
    return new WechatCalls(pool, token);
  }

  async person(openid: string): Promise<Person> {
    const query = `access_token=${this.#token}&openid=${encodeURIComponent(openid)}&lang=zh_CN`;
    const { body } = await this.#pool.request({ method: 'GET', path: `/cgi-bin/user/info?${query}` });
    return (await body.json()) as Person;
  }

  /** @returns what the QR code of a scene says */
  async codeUrl(sceneId: string): Promise<string> {
    const { body } = await this.#pool.request({
      method: 'POST',
      path: `/cgi-bin/qrcode/create?access_token=${this.#token}`,
      body: JSON.stringify({
        expire_seconds: 180,
        action_name: 'QR_STR_SCENE',
        action_info: { scene: { scene_str: sceneId } },
      }),
    });
    return ((await body.json()) as { url: string }).url;
  }
}
