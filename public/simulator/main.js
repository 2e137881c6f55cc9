/** Owns the phone page: makes what it knows, and mounts each part of the screen on it. */
import { App } from './app.js';
import { mountBar } from './bar.js';
import { mountChat } from './chat.js';
import { mountComposer } from './composer.js';
import { mountMini } from './mini.js';
import { mountPeople } from './people.js';
import { mountProtocol } from './protocol.js';
import { mountScan } from './scan.js';
import { mountSheet } from './sheet.js';
import { mountTop } from './top.js';
import { mountTrouble } from './trouble.js';

const app = new App();
for (const mount of [
  mountTop,
  mountPeople,
  mountBar,
  mountChat,
  mountComposer,
  mountScan,
  mountSheet,
  mountMini,
  mountProtocol,
  mountTrouble,
])
  app.onChange(mount(app));
app.start();
