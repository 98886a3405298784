import type { Call } from '@xmpp-call/client';
import { importAgain } from '../import-again.js';
import type { Clock } from './clock.js';
import type { ToneDesk, ToneOptions } from './tone-desk.js';

/** Loads the tones with the first call. A call goes on without them where they do not load. */
export class ToneLoader {
  #desk: ToneDesk | undefined;
  #isLoading = false;

  /** @param onLoaded is to lead to another `update` */
  constructor(
    private readonly clock: Clock,
    private readonly onLoaded: () => void,
  ) {}

  update(call: Call | undefined, options: ToneOptions): void {
    if (this.#desk) this.#desk.update(call, options);
    else if (call && call.state !== 'ended' && !options.silent) this.load();
  }

  /** Ahead of the first call, so that it rings at once. */
  load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    importAgain(() => import('./tone-desk.js')).then(
      ({ ToneDesk }) => {
        this.#desk = new ToneDesk(this.clock);
        this.onLoaded();
      },
      (error: unknown) => {
        this.#isLoading = false;
        console.warn('<xmpp-call> the code for the tones did not load', error);
      },
    );
  }

  stop(): void {
    this.#desk?.stop();
  }
}
