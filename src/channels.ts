/** Owns how phones reach scenes: a channel for each account at WeChat, and the sessions of those that are mini programs. */
import { MiniProgramChannel } from './channel/mini-program.ts';
import { MiniSessions } from './channel/mini-program-sessions.ts';
import { OfficialAccountChannel } from './channel/official-account.ts';
import { byName } from './ground.ts';
import type { Ground } from './ground.ts';
import { randomId } from './kit/id.ts';
import { settings } from './kit/settings.ts';
import type { Scene } from './scene/scene.ts';
import type { Scenes } from './scene/scenes.ts';

/** Each by account name. */
export interface Channels {
  officialAccounts: ReadonlyMap<string, OfficialAccountChannel>;
  miniPrograms: ReadonlyMap<string, MiniProgramChannel>;
  miniSessions: ReadonlyMap<string, MiniSessions>;
}

/** @param replyFor what else a chat says to the owner of a scan; `undefined`: the usual */
export function buildChannels(
  ground: Ground,
  scenes: Scenes,
  replyFor: (scene: Scene) => string | undefined,
): Channels {
  const { config, clock, log, limiters, accounts, miniPrograms } = ground;
  const siteNames = new Map(config.sites.map(({ id, name }) => [id, name]));
  const siteName = (id: string): string => siteNames.get(id) ?? id;
  const { scansPerOpenid } = limiters;
  const common = { scenes, siteName, scansPerOpenid };
  const profileWait = config.scene.profileWaitMs;
  return {
    officialAccounts: byName(
      accounts,
      (account) => new OfficialAccountChannel({ ...common, account, replyFor, profileWait, clock, log }),
    ),
    miniPrograms: byName(
      miniPrograms,
      ({ options }) => new MiniProgramChannel({ ...common, account: options }),
    ),
    miniSessions: byName(miniPrograms, (program) => buildSessions(ground, program)),
  };
}

function buildSessions({ store, limiters }: Ground, program: Ground['miniPrograms'][0]): MiniSessions {
  const { sessionIdle, sessionTtl, dataAge } = settings.miniProgram;
  return new MiniSessions({
    program,
    store: store.miniSessions,
    lives: { idle: sessionIdle, ttl: sessionTtl },
    dataAge,
    newId: randomId,
    limits: { sessions: limiters.miniSessions, keyChecks: limiters.miniKeyChecks },
  });
}
