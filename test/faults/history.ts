/** Owns the record of what browsers, phones and the site's backend saw, and when. Nothing in it comes from the service's own word about itself. */
import type { SceneState } from '../../src/protocol/messages.ts';
import type { MailSight } from './mail/sights.ts';

/** What somebody saw. `page`: the browser; `scene`: the sceneId in its QR code. */
export type Sight =
  | MailSight
  /** Somebody wants to log in with this browser, and will try until they are. */
  | { kind: 'began'; page: string }
  /** The browser was given a scene, and shows its QR code. */
  | { kind: 'opened'; page: string; scene: string }
  /** The browser was refused a scene, or not answered: `status` 0. */
  | { kind: 'notOpened'; page: string; status: number }
  /** A request came to nothing: why, as a status or the system's word. */
  | { kind: 'failed'; who: 'page' | 'phone' | 'site'; why: string }
  /** The browser received a snapshot. */
  | {
      kind: 'shown';
      page: string;
      scene: string;
      state: SceneState;
      version: number;
      code?: string | undefined;
      codeExpiresAt?: number | undefined;
      reason?: string | undefined;
    }
  /** A socket of the browser ended, 1006 without a word; or it never opened. */
  | { kind: 'closed'; page: string; scene: string; code: number; opened: boolean }
  /** The browser is on its way to the site with this code. */
  | { kind: 'left'; page: string; scene: string; code: string }
  /** The phone's person was told that they log in (`accepted`), that they do not (`refused`), or nothing. */
  | {
      kind: 'scanned';
      openid: string;
      scene: string;
      answer: 'accepted' | 'refused' | 'unanswered';
      /** When the event was posted first. */
      postedAt: number;
      /** How often it was posted. */
      attempts: number;
    }
  /** The site's backend has an answer to an exchange; without a status it got none. `openid`, `of`: who came, of which scene. */
  | {
      kind: 'exchanged';
      code: string;
      key: string;
      status: number | undefined;
      openid?: string | undefined;
      of?: string | undefined;
    };

/** `at`: ms by this process's clock that never goes back. */
export type Sighting = Sight & { at: number };

export class History {
  readonly sightings: Sighting[] = [];

  note(sight: Sight): void {
    this.sightings.push({ ...sight, at: performance.now() });
  }

  /** All that concerns one scene, as lines. */
  of(scene: string): string[] {
    return this.sightings.filter((sighting) => concerns(sighting, scene)).map((one) => JSON.stringify(one));
  }
}

function concerns(sighting: Sighting, scene: string): boolean {
  if ('scene' in sighting) return sighting.scene === scene;
  return sighting.kind === 'exchanged' && sighting.code.startsWith(scene);
}
