/** Joins the dashboard: the sign-in, the filters, the live connection, and what they show. */
import { signOut } from './api.js';
import { Board } from './board.js';
import { announce, element, say } from './dom.js';
import { Filters } from './filters.js';
import { LiveSocket } from './live-socket.js';
import { showNumbers } from './numbers.js';
import { showFault, watchSignIn } from './sign-in.js';
import { texts } from './text.js';

/** @typedef {import('./live-socket.js').LiveMessage} LiveMessage */
/** @typedef {import('./live-socket.js').Link} Link */

const text = texts[document.body.dataset['lang'] === 'en' ? 'en' : 'zh'];
/** What to add to this machine's clock to have the server's. */
let skew = 0;

const filters = new Filters(() => {
  board.clear();
  socket.open(filters.query);
});
const board = new Board({
  text,
  filter: () => filters.filter,
  now: () => Date.now() + skew,
  signedOut: () => leave(text.signIn.ended),
});
const socket = new LiveSocket({ heard, link: showLink, signedOut: () => leave(text.signIn.ended) });

watchSignIn(text.signIn, () => {
  enter();
  element('board').focus();
});
element('sign-out').addEventListener('click', () => void goOut());
if (document.body.dataset['signedIn'] === 'yes') enter();
else element('token').focus();

function enter() {
  document.body.dataset['signedIn'] = 'yes';
  showLink('connecting');
  socket.open(filters.query);
}

/** @param {string} why */
function leave(why) {
  socket.close();
  board.clear();
  document.body.dataset['signedIn'] = 'no';
  showFault(why);
}

async function goOut() {
  if (await signOut()) leave('');
  else announce(text.signIn.signOutFailed);
}

/** @param {LiveMessage} message */
function heard(message) {
  skew = message.now - Date.now();
  if (message.type === 'overview') return showNumbers(message, text);
  filters.suggest(message.scenes);
  if (message.type === 'page') board.page(message);
  else board.changes(message);
}

/** @param {Link} link */
function showLink(link) {
  element('link').dataset['link'] = link;
  say(element('link'), text.links[link]);
}
