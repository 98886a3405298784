import type { Call } from '@xmpp-call/client';
import { nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { importAgain } from '../import-again.js';
import type * as featurePanelModule from './features/feature-panel.js';
import type { FeaturePanel, FeaturePanelHost } from './feature-panel-host.js';

/** Loads the features of a call when they are first wanted, and shows them. */
export class FeatureLoader {
  #isOpen = false;
  #panel: FeaturePanel | undefined;

  /** @param importPanel `() => import('./features/feature-panel.js')`, but for tests */
  constructor(
    private readonly host: FeaturePanelHost,
    private readonly importPanel: () => Promise<typeof featurePanelModule> = () =>
      import('./features/feature-panel.js'),
  ) {}

  /** Whether the menu or a pane is shown, or about to be. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @param id the feature whose pane is to be opened; the menu without one */
  async open(call: Call, id?: string): Promise<void> {
    this.#isOpen = true;
    this.host.requestUpdate();
    try {
      const module = await importAgain(this.importPanel);
      if (!this.isOpen || call.state === 'ended') return;
      this.host.adoptStyles(module.styles);
      if (this.#panel?.call !== call) this.#panel?.dispose();
      this.#panel = this.#panel?.call === call ? this.#panel : module.createFeaturePanel(this.host, call);
      this.host.requestUpdate();
      if (id === undefined) await this.host.focus('.menu-item');
      else this.#panel.open(id);
    } catch (error) {
      console.warn('<xmpp-call> the features of the call did not load', error);
      this.#isOpen = false;
      this.host.requestUpdate();
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#panel?.dispose();
    this.host.requestUpdate();
    void this.host.focus('[part~="more"]');
  }

  /** To be called before each update: what belongs to a call goes with it. */
  update(call: Call | undefined): void {
    if (call !== undefined && call === this.#panel?.call) return;
    this.#panel?.dispose();
    this.#panel = undefined;
    if (call === undefined) this.#isOpen = false;
  }

  render(): TemplateResult | typeof nothing {
    return this.#isOpen ? (this.#panel?.render() ?? nothing) : nothing;
  }
}
