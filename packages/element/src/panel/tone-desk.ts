import type { Call, ErrorCode } from '@xmpp-call/client';
import type { Clock } from './clock.js';
import type { ToneRegion } from './tone-plans.js';
import { toneRegion } from './tone-region.js';
import { Tones } from './tones.js';
import type { Tone } from './tones.js';
import { hasSound } from './track-watcher.js';

/** ms for which a caller hears why there is no call. */
const FAILURE_MS = 3000;
/**
 * What ends a call that was not answered with a tone (ITU-T E.180 §5, §6): the other side is engaged, or was not reached. A decline
 * sounds like an engaged line, as it does with Conversations.
 */
const FAILURES: Partial<Record<ErrorCode, Tone>> = {
  busy: 'busy',
  declined: 'busy',
  'callee-being-called': 'busy',
  'callee-unavailable': 'congestion',
  'signaling-unreachable': 'congestion',
  'signaling-lost': 'congestion',
  'connectivity-failed': 'congestion',
  'turn-missing': 'congestion',
};

export interface ToneOptions {
  readonly silent: boolean;
  /** The ring tone of an incoming call was put off, or the call is being answered. */
  readonly quiet: boolean;
  readonly region: ToneRegion | 'auto' | undefined;
  /** A second call rings. */
  readonly isWaiting: boolean;
}

/** Which tone a call has now. */
export class ToneDesk {
  readonly #tones = new Tones();
  /** The ended call whose tone has sounded, or sounds. */
  #failed: Call | undefined;
  #cancel: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  update(call: Call | undefined, { silent, quiet, region = 'auto', isWaiting }: ToneOptions): void {
    if (call?.state !== 'ended') this.#endFailure();
    const tone = call?.state === 'ended' ? this.#failureTone(call) : isWaiting ? 'call-waiting' : toneOf(call, quiet);
    if (tone !== undefined && tone !== this.#tones.tone) this.#tones.region = toneRegion(region);
    this.#tones.play(silent ? undefined : tone);
  }

  stop(): void {
    this.#endFailure();
    this.#tones.play(undefined);
  }

  #endFailure(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Once for each call. */
  #failureTone(call: Call): Tone | undefined {
    const tone = call.direction === 'outgoing' && !call.activeSince && call.error && FAILURES[call.error.code];
    if (!tone) return undefined;
    if (this.#failed !== call) {
      this.#failed = call;
      this.#cancel = this.clock.after(FAILURE_MS, () => {
        this.stop();
      });
    }
    return this.#cancel ? tone : undefined;
  }
}

function toneOf(call: Call | undefined, quiet: boolean): Tone | undefined {
  if (call?.state === 'incoming') return quiet ? undefined : 'ring';
  // Who waits on hold is to know that the line is not dead.
  if (call?.state === 'active' && call.remote.held && !call.onHold) return 'hold';
  // A caller hears that something happens from the moment of calling, whether or not a device has said that it rings.
  const waits = call?.state === 'ringing' || (call?.state === 'calling' && hasSound(call.localStream));
  return waits && call.direction === 'outgoing' ? 'ringback' : undefined;
}
