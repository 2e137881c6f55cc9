import type { Opener, SocketDoor } from '../http/door.ts';
import type { Origins } from '../http/origins.ts';
import { MailConnection } from './connection.ts';
import type { MailHub } from './hub.ts';

/** The message socket, `/ws/messages`: for pages of any site, and for what is no page and has no origin, as a mini program. */
export function messageSocketDoor(hub: MailHub, origins: Origins): SocketDoor {
  const open: Opener = (socket, { origin, ip }) =>
    hub.welcome(new MailConnection(socket, { origin, ip, seat: hub.nextSeat() }, hub));
  return {
    path: /^\/ws\/messages$/,
    withoutOrigin: true,
    admit: (_request, _id, origin) => (origin === '' || origins.isKnown(origin) ? open : 403),
  };
}
