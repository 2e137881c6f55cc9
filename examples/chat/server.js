// Runs the example chat against any Saoma:
//
//   SAOMA_URL=https://login.example SITE_ID=shop SITE_SECRET=… CHAT_URL=http://localhost:8081 node examples/chat/server.js
//
// Saoma must know the site: its id, its secret, the origin of CHAT_URL among its origins, {CHAT_URL}/callback among its
// redirectUris, and "messaging": { "peers": true }. README.md shows it all.
import http from 'node:http';
import { createChat } from './chat.js';

const {
  SAOMA_URL: saomaUrl = 'http://localhost:3000',
  CHAT_URL: publicUrl = 'http://localhost:8081',
  SITE_ID: siteId,
  SITE_SECRET: siteSecret,
} = process.env;

if (!siteId || !siteSecret)
  end(78, 'Set SITE_ID and SITE_SECRET as they are registered with Saoma: see examples/chat/README.md.');
for (const [name, url] of Object.entries({ SAOMA_URL: saomaUrl, CHAT_URL: publicUrl }))
  if (!/^https?:/.test(url) || !URL.canParse(url))
    end(78, `${name} has to be a URL such as http://localhost:3000, not "${url}".`);

const chat = createChat({ saomaUrl, publicUrl, siteId, siteSecret });
const port = Number(new URL(publicUrl).port || 80);
http
  .createServer((req, res) => void chat(req, res))
  .on('error', (/** @type {NodeJS.ErrnoException} */ { code, message }) =>
    end(1, code === 'EADDRINUSE' ? `Port ${port} is in use: give the chat another CHAT_URL.` : message),
  )
  .listen(port, () => console.log(`The chat is at ${publicUrl}`));

/** @param {number} code @param {string} sentence @returns {never} */
function end(code, sentence) {
  console.error(sentence);
  process.exit(code);
}
