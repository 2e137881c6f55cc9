import { byId } from './dom.js';

const covers = ['sheet', 'mini'];

/** Only what lies on top can be reached: call it when a cover of the phone's screen opens or closes. */
export function settleCovers() {
  const top = covers.findLast((id) => byId(id).childElementCount > 0);
  for (const part of byId('screen').children)
    part.toggleAttribute('inert', top !== undefined && part.id !== top);
}
