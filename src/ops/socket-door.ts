import type { AskingSocketDoor } from '../http/door.ts';
import type { Origins } from '../http/origins.ts';
import { AppError } from '../kit/errors.ts';
import type { Access } from './access.ts';
import type { Live } from './live.ts';
import { readFilter } from './query.ts';
import type { SceneFilter } from './query.ts';

export interface OpsSocketDoorParts {
  access: Access;
  origins: Origins;
  live: Live;
}

/** The live list, `/ws/ops`: for our own page, signed in. */
export function opsSocketDoor({ access, origins, live }: OpsSocketDoorParts): AskingSocketDoor {
  return {
    path: /^\/ws\/ops$/,
    refusal: 'the page is not our own, or nobody is signed in',
    async admit(request, _id, origin) {
      const session = origins.isOwn(origin) ? await access.session(request) : undefined;
      if (session === undefined) return 403;
      const filter = filterOf(request.url ?? '');
      if (!filter) return 404;
      return (socket) => live.open(socket, filter, session.hash);
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
