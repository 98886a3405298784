import type { MediaKind } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { StanzaStream } from '../stanza-stream.js';
import { BoundedMap } from './bounded.js';
import { NO_HABITS, habitsOf, reachOf } from './peers.js';
import type { Habits, Reach } from './peers.js';

/** What the devices of the other side can do, as far as they say. */
export class Devices {
  readonly #habits = new BoundedMap<string, Habits>(16);

  constructor(
    private readonly stream: StanzaStream,
    private readonly environment: Environment,
  ) {}

  habitsOf(device: string): Habits {
    return this.#habits.get(device) ?? NO_HABITS;
  }

  /** Asks a device, so that its habits are known in time. */
  learn(device: string): void {
    this.stream.discoInfo(device).then(
      (info) => {
        this.#habits.set(device, habitsOf(info));
      },
      (error: unknown) => {
        this.#silent(error);
      },
    );
  }

  /** How a device can be called; by JMI where it does not say. */
  async reach(device: string, media: readonly MediaKind[]): Promise<Reach> {
    try {
      return reachOf(await this.stream.discoInfo(device), media);
    } catch (error) {
      this.#silent(error);
      return 'jmi';
    }
  }

  #silent(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.environment.log('debug', 'the peer does not say what it can do', { why });
  }
}
