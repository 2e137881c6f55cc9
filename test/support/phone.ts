interface Person {
  id: string;
  name: string;
  openid: string;
  follows: boolean;
}

interface Act {
  outcome: string;
  /** What the person reads in the chat. */
  shown: string;
  deliveries: { status: number | null }[];
}

/** The sandbox's phone, held by a test instead of a page. */
export class Phone {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  person(follows: boolean): Promise<Person> {
    return this.#post<Person>('people', { name: 'Tester', follows });
  }

  /** @param code what the QR code says */
  scan(person: Person, code: string): Promise<Act> {
    return this.#post<Act>('scan', { person: person.id, code });
  }

  follow(person: Person): Promise<Act> {
    return this.#post<Act>('follow', { person: person.id });
  }

  stall(api: string, stallMs: number): Promise<unknown> {
    return this.#post('faults', { api, stallMs });
  }

  async #post<T>(path: string, body: object): Promise<T> {
    const response = await fetch(`${this.url}/phone/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
