// Runs the example website against any Saoma:
//
//   SAOMA_URL=https://login.example SITE_ID=shop SITE_SECRET=… WEBSITE_URL=http://localhost:8080 node examples/website/server.js
//
// Saoma must know the site: its id, its secret, and {WEBSITE_URL}/callback among its redirectUris.
import http from 'node:http';
import { createWebsite } from './website.js';

const {
  SAOMA_URL: saomaUrl = 'http://localhost:3000',
  WEBSITE_URL: publicUrl = 'http://localhost:8080',
  SITE_ID: siteId,
  SITE_SECRET: siteSecret,
} = process.env;

if (!siteId || !siteSecret) {
  console.error('Set SITE_ID and SITE_SECRET as they are registered with Saoma.');
  process.exit(78);
}
const website = createWebsite({ saomaUrl, publicUrl, siteId, siteSecret });
const port = Number(new URL(publicUrl).port || 80);
http
  .createServer((req, res) => void website(req, res))
  .listen(port, () => console.log(`The website is at ${publicUrl}`));
