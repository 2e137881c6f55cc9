// Runs the example chat against any Saoma:
//
//   SAOMA_URL=https://login.example SITE_ID=shop SITE_SECRET=… CHAT_URL=http://localhost:8081 node examples/chat/server.js
//
// Saoma must know the site: its id, its secret, the origin of CHAT_URL among its origins, {CHAT_URL}/callback among its
// redirectUris, and "messaging": { "peers": true }.
import http from 'node:http';
import { createChat } from './chat.js';

const {
  SAOMA_URL: saomaUrl = 'http://localhost:3000',
  CHAT_URL: publicUrl = 'http://localhost:8081',
  SITE_ID: siteId,
  SITE_SECRET: siteSecret,
} = process.env;

if (!siteId || !siteSecret) {
  console.error('Set SITE_ID and SITE_SECRET as they are registered with Saoma.');
  process.exit(78);
}
const chat = createChat({ saomaUrl, publicUrl, siteId, siteSecret });
const port = Number(new URL(publicUrl).port || 80);
http
  .createServer((req, res) => void chat(req, res))
  .listen(port, () => console.log(`The chat is at ${publicUrl}`));
