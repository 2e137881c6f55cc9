import { ControlError } from './control-error.ts';
import type { People, Person } from './people.ts';

/** @throws ControlError when there is nobody of that name */
export function personOf(people: People, { person }: { person: string }): Person {
  const found = people.find(person);
  if (!found) throw new ControlError('unknown_person', 'There is nobody with this id or openid.');
  return found;
}
