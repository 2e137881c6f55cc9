import type { Opener, SocketDoor } from '../http/door.ts';
import type { Origins } from '../http/origins.ts';
import { isSceneId } from '../scene/code.ts';
import { Connection } from './connection.ts';
import type { Hub } from './hub.ts';

/** The login socket, `/ws/scenes/{sceneId}`: for pages of any site; whether of this scene's site is seen at the attach. */
export function sceneSocketDoor(hub: Hub, origins: Origins): SocketDoor {
  const open: Opener = (socket, visitor) => hub.welcome(new Connection(socket, visitor, hub));
  return {
    path: /^\/ws\/scenes\/([^/]*)$/,
    admit(_request, sceneId, origin) {
      if (!origins.isKnown(origin)) return 403;
      return isSceneId(sceneId) ? open : 404;
    },
  };
}
