/** Joins the dashboard: the sign-in, the views, the filters, the live connection, and what they show. */
import { Address } from './address.js';
import { request, signOut, whenSignedOut } from './api.js';
import { Board } from './board.js';
import { announce, element, say } from './dom.js';
import { Drawer } from './drawer.js';
import { Filters } from './filters.js';
import { isWholeId, watchFind } from './find.js';
import { LinkState } from './link-state.js';
import { LiveSocket } from './live-socket.js';
import { showNumbers } from './numbers.js';
import { Older } from './older.js';
import { Overviews } from './overviews.js';
import { plain } from './plain.js';
import { Session } from './session.js';
import { SignIn } from './sign-in.js';
import { texts } from './text.js';
import { Ticker } from './ticker.js';
import { Times } from './times.js';
import { viewNamed, Views } from './views.js';

/** @typedef {import('./live-socket.js').LiveMessage} LiveMessage */
/** @typedef {import('./live-socket.js').Link} Link */
/** @typedef {import('./row-view.js').Row} Row */

const lang = document.body.dataset['lang'] === 'en' ? 'en' : 'zh';
const text = texts[lang];
const title = document.title;
/** What to add to this machine's clock to have the server's. */
let skew = 0;
let heardAt = 0;
let count = 0;

const now = () => Date.now() + skew;
const address = new Address();
const session = new Session();
const role = () => session.role;
const times = new Times(document.documentElement.lang);
const ticker = new Ticker();
const overviews = new Overviews();
const links = new LinkState();
const isLive = () => links.isLive;
const world = { text, stateName, columnName, now, role, isLive, href, open, cancelled };
const filters = new Filters(address, () => follow());
const board = new Board({ world, ticker, filter: () => filters.filter, counted });
const older = new Older({
  world,
  ticker,
  times,
  query: () => filters.query,
  fits: (row) => board.belongs(row) && !board.row(row.sceneId),
});
const drawer = new Drawer({
  text,
  times,
  now,
  stateName,
  role,
  isLive,
  row: (sceneId) => board.row(sceneId) ?? older.row(sceneId),
  cancelled,
  closed: () => address.leave('scene'),
});
const onOverview = overviews.on.bind(overviews);
const onLink = links.on.bind(links);
const views = new Views({ text: text.views, world: { lang, now, role, request, onOverview, onLink } });
const socket = new LiveSocket({ heard, link: showLink, signedOut: () => leave(text.signIn.ended) });
const signIn = new SignIn({ text, signedIn: () => void enter().then(() => element('main').focus()) });
const forgetFound = watchFind({ board, older, text: text.find, open });

whenSignedOut(() => leave(text.signIn.ended));
address.onMove(showAddress);
element('sign-out').addEventListener('click', () => void goOut());
element('reconnect').addEventListener('click', () => reconnect());
element('views').addEventListener('click', goToView);
say(element('zone'), text.zone(times.zone));
linkOn();
if (document.body.dataset['signedIn'] === 'yes') void enter();
else signIn.ask('');

async function enter() {
  document.body.dataset['signedIn'] = 'yes';
  showLink('connecting');
  showAddress();
  const outcome = await session.begin(showLink);
  if (outcome === 'signedOut') return leave(text.signIn.ended);
  if (outcome === 'ended') return;
  document.body.dataset['role'] = session.role;
  showWho();
  showAddress();
  socket.open(filters.query);
}

/** @param {string} why */
function leave(why) {
  if (document.body.dataset['signedIn'] === 'no') return;
  document.body.dataset['signedIn'] = 'no';
  delete document.body.dataset['view'];
  delete document.body.dataset['role'];
  socket.close();
  session.end();
  drawer.show('');
  forgetFound();
  board.clear();
  older.clear();
  overviews.clear();
  links.clear();
  views.clear();
  element('stale').hidden = true;
  document.title = title;
  signIn.ask(why);
}

async function goOut() {
  if (await signOut()) leave('');
  else announce(text.signIn.signOutFailed);
}

/** Other filters let other rows through. */
function follow() {
  board.renew();
  older.clear();
  if (document.body.dataset['signedIn'] === 'yes') socket.open(filters.query);
}

/** @param {LiveMessage} message */
function heard(message) {
  skew = message.now - Date.now();
  heardAt = message.now;
  if (message.type === 'overview') return showNumbers(overviews.take(message), text);
  filters.suggest(message.scenes);
  if (message.type === 'page') board.page(message);
  else board.changes(message);
  drawer.heard(message.scenes);
}

/** What the address names is on screen, as far as somebody is signed in; what depends on the role, once that is known. */
function showAddress() {
  linkOn();
  if (document.body.dataset['signedIn'] === 'no') return;
  views.show(viewNamed(address.get('view')));
  const sceneId = address.get('scene');
  if (session.known) drawer.show(isWholeId(sceneId) ? sceneId : '');
  showTitle();
}

/** Every link on the page keeps what else the address names. */
function linkOn() {
  const language = /** @type {HTMLAnchorElement} */ (element('language'));
  language.href = address.with({ lang: language.dataset['other'] ?? '' });
  for (const link of viewLinks()) link.href = address.with({ view: viewOf(link), scene: '' });
}

/** @param {MouseEvent} event */
function goToView(event) {
  const link = viewLinks().find((each) => each === event.target);
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  address.go({ view: viewOf(link), scene: '' });
}

/** @returns {HTMLAnchorElement[]} */
function viewLinks() {
  return [...element('views').querySelectorAll('a')];
}

/**
 * As it stands in the address: the first one needs no word.
 * @param {HTMLElement} link
 */
function viewOf(link) {
  const name = viewNamed(link.dataset['view'] ?? '');
  return name === 'scenes' ? '' : name;
}

/** @param {{ count: number, isPart: boolean }} shown */
function counted(shown) {
  count = shown.count;
  older.offer(shown.isPart);
  showTitle();
}

function showTitle() {
  const current = element('views').querySelector('[aria-current]')?.textContent ?? '';
  const isScenes = viewNamed(address.get('view')) === 'scenes';
  const next = isScenes ? title : `${current} · Saoma`;
  const whole = count > 0 ? `(${count}) ${next}` : next;
  if (document.title !== whole) document.title = whole;
}

function showWho() {
  const name = session.name === 'token' ? '' : plain(session.name, 64);
  say(element('who-name'), name);
  say(element('who-role'), text.roles[session.role]);
  element('who').hidden = false;
}

/** @param {Link} link */
function showLink(link) {
  links.set(link);
  element('link').dataset['link'] = link;
  say(element('link'), text.links[link]);
  const isUp = link === 'live' || link === 'connecting';
  board.wait(isUp ? '' : link === 'lost' ? text.unreached : text.links[link]);
  showStale(isUp ? '' : text.links[link]);
}

/**
 * Over the page, whatever is in view: how old it is what one sees, and the way to ask again.
 * @param {string} why empty: it is not old
 */
function showStale(why) {
  const stale = element('stale');
  // The keyboard shall not lose its place.
  if (why === '' && stale.contains(document.activeElement)) element('main').focus({ preventScroll: true });
  stale.hidden = why === '' || !session.known;
  say(element('stale-says'), board.loaded ? `${why} · ${text.lastKnown(times.clock(heardAt))}` : why);
  say(element('reconnect'), text.reconnect.now);
}

function reconnect() {
  say(element('reconnect'), text.reconnect.busy);
  socket.reconnect();
}

/** @param {string} sceneId */
function open(sceneId) {
  address.go({ scene: sceneId });
}

/** @param {string} sceneId */
function href(sceneId) {
  return address.with({ scene: sceneId });
}

/** @param {Row} row */
function cancelled(row) {
  board.take(row);
  older.take(row);
}

/** @param {string} state */
function stateName(state) {
  return document.querySelector(`#filter-state option[value="${state}"]`)?.textContent ?? state;
}

/** @param {string} column */
function columnName(column) {
  return document.querySelector(`#scenes th.${column}`)?.textContent ?? '';
}
