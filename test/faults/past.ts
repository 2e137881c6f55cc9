/** Owns what people, sites and thieves still hold after Redis has forgotten it, and how all of it is tried again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimSocket, look } from './claim-holder.ts';
import type { Held } from './claim-holder.ts';
import type { Fleet } from './fleet.ts';
import { closedLoop } from './load.ts';
import type { Push } from './phone.ts';
import type { Town } from './visitor.ts';

const atOnce = 40;
/** While Redis is away the answer says nothing. */
const tries = 20;
const triesAfter = 500;

/** The statuses with which codes are answered that are exchanged under a new key. */
export async function tryCodes({ backend }: Town, codes: readonly string[]): Promise<string[]> {
  return all(codes, async (code) => String((await backend.exchange(code)).status));
}

/** How WeChat is answered when the same bytes come once more, each at any node. */
export async function deliverAgain(
  { phones }: Town,
  fleet: Fleet,
  pushes: readonly Push[],
): Promise<string[]> {
  return all(pushes, (push) => phones.deliver(push, fleet.anyPort()));
}

/** The statuses of a look with the claim. */
export async function lookAgain(fleet: Fleet, claims: readonly Held[]): Promise<string[]> {
  return all(claims, (held) => untilSaid('503', async () => String(await look(fleet.anyPort(), held))));
}

/** The close codes with which sockets end that attach with the claim, or the state that they are shown. */
export async function attachAgain(fleet: Fleet, claims: readonly Held[]): Promise<string[]> {
  return all(claims, (held) =>
    untilSaid('1013', async () => {
      const socket = new ClaimSocket(fleet.anyPort(), held);
      const answer = await socket.answer();
      socket.drop();
      return answer;
    }),
  );
}

async function all<T>(list: readonly T[], answer: (one: T) => Promise<string>): Promise<string[]> {
  const answers: string[] = [];
  await closedLoop(list.length, atOnce, async (index) => {
    answers.push(await answer(list[index]!));
  });
  return answers;
}

/** The first answer that is more than "later". */
async function untilSaid(later: string, ask: () => Promise<string>): Promise<string> {
  for (let tried = 1; ; tried++) {
    const answer = await ask();
    if (answer !== later || tried === tries) return answer;
    await sleep(triesAfter);
  }
}
