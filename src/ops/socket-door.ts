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

/** The live list, `/ws/ops`: for our own page, signed in. */
export function opsSocketDoor({ access, sessions, origins, live }: OpsSocketDoorParts): SocketDoor {
  return {
    path: /^\/ws\/ops$/,
    admit(request, _id, origin) {
      const session = access.session(request);
      if (!origins.isOwn(origin) || session === undefined) return 403;
      const filter = filterOf(request.url ?? '');
      if (!filter) return 404;
      return (socket) => live.open(socket, filter, () => sessions.isLiving(session));
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
