import type { Call, CallStatistics } from '@xmpp-call/client';
import { CallQuality } from '@xmpp-call/client/quality.js';
import type { QualityLevel, QualityReport } from '@xmpp-call/client/quality.js';
import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { XmppCallQualityEvent } from '../../events/xmpp-call-quality.js';
import { icon } from '../../icon.js';
import type { FeatureStrings } from '../../locales/features/feature-strings.js';
import type { FeaturePanelHost } from '../feature-panel-host.js';
import type { Clock } from '../clock.js';
import { FeatureLocaleController } from '../features/feature-locale.js';
import type { QualityView } from './quality-view.js';
import { qualityStyles } from './quality.styles.js';

export const styles: readonly CSSResult[] = [qualityStyles];

/** ms in which a screen reader is told once, unless it gets worse. */
const SILENCE_MS = 60_000;
/** Bars; those that are missing are dots. */
const ICONS = {
  weak: icon('M5 18.5v-3m7 3v-7m7 7v-.1', { name: 'bars' }),
  bad: icon('M5 18.5v-3m7 3v-.1m7 .1v-.1', { name: 'bars' }),
};

/** Samples a connected call once a second, judges it, and has the words for what is wrong. */
export class QualityWatch implements QualityView {
  statistics: CallStatistics | undefined;
  readonly #quality: CallQuality;
  readonly #locale: FeatureLocaleController;
  /** What a screen reader was told last, and when. */
  #spoken: { readonly level: QualityLevel; readonly at: number; readonly text: string } | undefined;
  #isSpoken = false;

  constructor(
    private readonly call: Call,
    private readonly host: FeaturePanelHost,
    private readonly clock: Clock,
  ) {
    this.#locale = new FeatureLocaleController(() => {
      host.requestUpdate();
    });
    this.#quality = new CallQuality(
      {
        get state() {
          return call.state;
        },
        getStatistics: () => this.#sample(),
      },
      { clock },
    );
    this.#quality.addEventListener('quality-change', () => {
      this.#changed();
    });
    this.#quality.start();
  }

  get report(): QualityReport | undefined {
    return this.#quality.report;
  }

  get mark(): TemplateResult | typeof nothing {
    const { report } = this;
    if (!report || report.level === 'good') return nothing;
    const label = this.#strings.qualityLevels[report.level];
    return html`<span part="quality" class="quality ${report.level}" role="img" aria-label=${label} title=${label}
      >${ICONS[report.level]}</span
    >`;
  }

  get note(): string | undefined {
    const { report } = this;
    if (!report?.cause) return undefined;
    const { qualityLevels, qualityCauses, cameraOffHelps } = this.#strings;
    const words = [`${qualityLevels[report.level]}.`, qualityCauses[report.cause]];
    return [...words, ...(this.call.cameraOn ? [cameraOffHelps] : [])].join(' ');
  }

  get spoken(): string | undefined {
    return this.#isSpoken ? this.#spoken?.text : undefined;
  }

  dispose(): void {
    this.#quality.stop();
  }

  get #strings(): FeatureStrings {
    return this.#locale.stringsFor(this.host.model.language, this.host.override);
  }

  async #sample(): Promise<CallStatistics> {
    const statistics = await this.call.getStatistics();
    // A client of the page's own may have statistics of another version.
    if (!Array.isArray((statistics as Partial<CallStatistics>).streams)) throw new TypeError('no list of streams');
    this.statistics = statistics;
    this.host.requestUpdate();
    return statistics;
  }

  #changed(): void {
    const { report, note } = this;
    if (!report) return;
    if (note === undefined) this.#isSpoken = false;
    else if (this.#isNews(report.level)) {
      this.#spoken = { level: report.level, at: this.clock.now(), text: note };
      this.#isSpoken = true;
    }
    this.host.root?.host.dispatchEvent(new XmppCallQualityEvent(report.level, report.cause, this.call));
    this.host.requestUpdate();
  }

  #isNews(level: QualityLevel): boolean {
    const last = this.#spoken;
    if (!last || this.clock.now() - last.at >= SILENCE_MS) return true;
    return level === 'bad' && last.level === 'weak';
  }
}
