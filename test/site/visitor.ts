/** Someone with a browser, as far as HTTP goes: follows no redirect by itself, and keeps the cookies of one website. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #base: string;
  readonly #language: string;

  constructor(base: string, language = 'en') {
    this.#base = base;
    this.#language = language;
  }

  get(pathOrUrl: string): Promise<Response> {
    return this.#ask(pathOrUrl, 'GET');
  }

  post(path: string): Promise<Response> {
    return this.#ask(path, 'POST');
  }

  async #ask(pathOrUrl: string, method: string): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'accept-language': this.#language, ...(cookie ? { cookie } : {}) };
    const response = await fetch(new URL(pathOrUrl, this.#base), { method, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
