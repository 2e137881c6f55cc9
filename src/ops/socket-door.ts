import type { SocketDoor } from '../http/door.ts';
import type { Origins } from '../http/origins.ts';
import { AppError } from '../kit/errors.ts';
import type { Access } from './access.ts';
import type { Live } from './live.ts';
import { readFilter } from './query.ts';
import type { SceneFilter } from './query.ts';
import type { Sessions } from './sessions.ts';

export interface OpsSocketDoorParts {
  access: Access;
  sessions: Sessions;
  origins: Origins;
  live: Live;
}

/** Who was admitted, and to see what. */
interface Admission {
  session: string;
  filter: SceneFilter;
}

/** The live list, `/ws/ops`: for our own page, signed in. */
export function opsSocketDoor({ access, sessions, origins, live }: OpsSocketDoorParts): SocketDoor {
  // An upgrade is admitted and opened in one turn of the event loop; one that fails in between is forgotten by the next.
  let admitted: Admission | undefined;
  return {
    path: /^\/ws\/ops$/,
    admit(request, _id, origin) {
      const session = access.session(request);
      if (!origins.isOwn(origin) || session === undefined) return 403;
      const filter = filterOf(request.url ?? '');
      if (!filter) return 404;
      admitted = { session, filter };
      return undefined;
    },
    open(socket) {
      if (!admitted) throw new Error('a socket that was not admitted');
      const { session, filter } = admitted;
      admitted = undefined;
      live.open(socket, filter, () => sessions.isLiving(session));
    },
  };
}

function filterOf(url: string): SceneFilter | undefined {
  try {
    return readFilter(new URLSearchParams(url.split('?', 2)[1]));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
