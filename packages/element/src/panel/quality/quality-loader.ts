import type { Call } from '@xmpp-call/client';
import { importAgain } from '../../import-again.js';
import type { FeaturePanelHost } from '../feature-panel-host.js';
import type { Clock } from '../clock.js';
import type { QualityWatch } from './quality-watch.js';

/** Loads what judges the quality of a call once the call is connected. */
export class QualityLoader {
  #call: Call | undefined;
  #watch: QualityWatch | undefined;

  constructor(
    private readonly host: FeaturePanelHost,
    private readonly clock: Clock,
  ) {}

  /** Undefined until it is loaded, and without a call that is connected. */
  get watch(): QualityWatch | undefined {
    return this.#watch;
  }

  /** To be called before each update. */
  update(call: Call | undefined): void {
    const connected = call?.activeSince === undefined ? undefined : call;
    if (connected === this.#call) return;
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#call = connected;
    if (!connected) return;
    importAgain(() => import('./quality-watch.js')).then(
      ({ QualityWatch, styles }) => {
        if (this.#call !== connected) return;
        this.host.adoptStyles(styles);
        this.#watch = new QualityWatch(connected, this.host, this.clock);
      },
      (error: unknown) => console.warn('<xmpp-call> the code for the quality did not load', error),
    );
  }
}
