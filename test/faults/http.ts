/** Owns plain requests to a loopback port, each with one limit for the whole answer. */
import http from 'node:http';

export interface Request {
  port: number;
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** For the whole answer, ms. */
  within: number;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** Connections are kept, as browsers, proxies and backends do: a dead node's kept ones fail at their next use. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64 });

/** Rejects when no whole answer came in time, whatever the reason. */
export async function ask(request: Request): Promise<Answer> {
  try {
    return await askOnce(request);
  } catch (error) {
    // It was closed while we took it up again: as every browser and proxy does, once more on a new one.
    if (error instanceof Lost && error.wasKept) return askOnce(request, false);
    throw error;
  }
}

class Lost extends Error {
  readonly wasKept: boolean;

  constructor(cause: NodeJS.ErrnoException, wasKept: boolean) {
    super(cause.code ?? cause.message, { cause });
    this.wasKept = wasKept && cause.code === 'ECONNRESET';
  }
}

function askOnce(request: Request, through: http.Agent | false = agent): Promise<Answer> {
  const { port, method, path, headers = {}, body = '', within, signal } = request;
  const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  return new Promise((resolve, reject) => {
    const call = http.request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, ...length },
      agent: through,
      ...(signal && { signal }),
    });
    const late = setTimeout(() => call.destroy(new Error('no answer in time')), within);
    const fail = (error: Error): void => {
      clearTimeout(late);
      reject(new Lost(error, call.reusedSocket));
    };
    call.on('error', fail);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(late);
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    call.end(body);
  });
}
