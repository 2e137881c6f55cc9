import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = filesOf('src');
const outside = ['public', 'clients', 'examples'].flatMap(filesOf);
const modules = files.filter((file) => file.endsWith('.ts')).map(readModule);

/** A room may import from the floors below its own, and from nowhere else. */
const floors: Record<string, number> = {
  kit: 1,
  telemetry: 1,
  protocol: 1,
  wechat: 2,
  http: 2,
  config: 2,
  scene: 3,
  channel: 4,
  realtime: 4,
  site: 4,
  messaging: 5,
  ops: 6,
  store: 7,
  limits: 8,
  dashboard: 8,
  ground: 9,
  doctor: 9,
  figures: 10,
  channels: 10,
  mailroom: 10,
  listeners: 11,
  sandbox: 8,
  app: 12,
  main: 13,
};

/** A program of its own: it knows how WeChat speaks, and nothing of us. */
const simulator = 'simulator';

describe('imports point down', () => {
  test('every room has its floor', () => {
    const rooms = new Set(modules.map(({ room }) => room));
    rooms.delete(simulator);
    expect([...rooms].filter((room) => !Object.hasOwn(floors, room))).toEqual([]);
  });

  test('no room imports from its own floor or from above', () => {
    const wrong = crossings().filter(({ from, to }) => from !== simulator && !(floorOf(to) < floorOf(from)));
    expect(wrong).toEqual([]);
  });

  test('the stand-in WeChat imports from wechat only, and nothing imports it', () => {
    const wrong = crossings().filter(
      ({ from, to }) => to === simulator || (from === simulator && to !== 'wechat'),
    );
    expect(wrong).toEqual([]);
  });

  test('nothing of src imports from outside it', () => {
    const strays = modules.flatMap(({ file, targets }) => targets.map((target) => ({ file, target })));
    expect(strays.filter(({ target }) => !target.startsWith('src/'))).toEqual([]);
  });
});

describe('a package stays in its room', () => {
  test.each([
    { name: 'axios', rooms: ['wechat'] },
    { name: 'undici', rooms: ['wechat'] },
    { name: 'xml2js', rooms: ['wechat'] },
    { name: 'cockatiel', rooms: ['wechat'] },
    { name: 'qrcode', rooms: ['channel'] },
    { name: 'koa-websocket', rooms: ['http', 'realtime'] },
    { name: 'rate-limiter-flexible', rooms: ['http', 'store'] },
    { name: 'ioredis', rooms: ['store'] },
    { name: 'pino', rooms: ['telemetry'] },
    { name: 'pino-pretty', rooms: ['telemetry'] },
    { name: 'prom-client', rooms: ['telemetry'] },
  ])('$name: $rooms', ({ name, rooms }) => {
    const users = modules.filter(({ packages }) => packages.includes(name)).map(({ room }) => room);
    expect(users.filter((room) => !rooms.includes(room))).toEqual([]);
  });

  test('protocol imports nothing: it runs in browsers too', () => {
    const imports = modules.filter(({ room }) => room === 'protocol').flatMap(({ packages }) => packages);
    expect(imports).toEqual([]);
  });

  test('whatever is imported is a dependency that is declared', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const used = new Set(modules.flatMap(({ packages }) => packages));
    expect([...used].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
  });
});

test('the environment is read where a process begins, and nowhere else', () => {
  const readers = modules.filter(({ text }) => text.includes('process.env')).map(({ file }) => file);
  // The sandbox does not read it: it hands it on to its child process.
  expect(readers.sort()).toEqual([
    'src/doctor/main.ts',
    'src/main.ts',
    'src/sandbox.ts',
    'src/simulator/main.ts',
  ]);
});

describe('the main file of a folder says what the folder owns', () => {
  const mains: Record<string, string> = {
    channel: 'official-account.ts',
    config: 'config.ts',
    doctor: 'doctor.ts',
    http: 'app.ts',
    kit: 'settings.ts',
    messaging: 'messages.ts',
    ops: 'routes.ts',
    protocol: 'messages.ts',
    realtime: 'hub.ts',
    scene: 'scenes.ts',
    simulator: 'simulator.ts',
    site: 'sites.ts',
    store: 'store.ts',
    telemetry: 'log.ts',
    wechat: 'official-account.ts',
  };

  test('each folder has one', () => {
    const folders = files.map((file) => file.split('/')).filter((parts) => parts.length > 2);
    expect(new Set(folders.map(([, folder]) => folder))).toEqual(new Set(Object.keys(mains)));
  });

  test.each(Object.entries(mains))('%s/%s', (folder, file) => {
    expect(read(join('src', folder, file))).toMatch(/^\/\*\*[^/]*\bowns\b/i);
  });
});

describe('small by nature', () => {
  test('no file has more than 300 lines', () => {
    const all = [...files, ...outside];
    const long = all.map((file) => `${file}: ${read(file).split('\n').length - 1}`);
    expect(long.filter((entry) => Number(entry.split(': ')[1]) > 300)).toEqual([]);
  });

  test('nothing is named after having no better place', () => {
    const nameless = /(^|[/-])(utils?|helpers?|common|misc|shared)([/.-]|$)/;
    expect([...files, ...outside].filter((file) => nameless.test(file))).toEqual([]);
  });
});

interface Module {
  file: string;
  /** The folder of src, or the name of a file that stands in src itself. */
  room: string;
  text: string;
  /** Paths from the root. */
  targets: string[];
  /** Without those of Node. */
  packages: string[];
}

function readModule(file: string): Module {
  const text = read(file);
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\s(?:[^;]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm),
  ];
  const imports = specifiers.map(([, named, called]) => named ?? called ?? '');
  return {
    file,
    room: roomOf(file),
    text,
    targets: imports.filter(isOurs).map((name) => posix.join(posix.dirname(file), name)),
    packages: imports.filter((name) => !isOurs(name) && !name.startsWith('node:')).map(packageOf),
  };
}

function isOurs(specifier: string): boolean {
  return specifier.startsWith('.');
}

/** Each import that leaves its room. */
function crossings(): { file: string; from: string; to: string }[] {
  return modules.flatMap(({ file, room, targets }) =>
    targets.map((target) => ({ file, from: room, to: roomOf(target) })).filter(({ from, to }) => from !== to),
  );
}

function floorOf(room: string): number {
  return floors[room] ?? NaN;
}

function roomOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function filesOf(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const paths = names.map((name) => posix.join(folder, name.replaceAll('\\', '/')));
  return paths.filter((path) => statSync(join(root, path)).isFile());
}
