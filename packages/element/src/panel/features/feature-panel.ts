import type { Call } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { importAgain } from '../../import-again.js';
import type { FeatureStrings } from '../../locales/features/feature-strings.js';
import { icons } from '../icons.js';
import type { FeaturePanel, FeaturePanelHost } from '../feature-panel-host.js';
import { iconButton } from '../views/parts.js';
import { CALL_FEATURES } from './call-features.js';
import type { CallFeature, FeatureContext, Pane } from './feature.js';
import { FeatureLocaleController } from './feature-locale.js';
import { featureStyles } from './features.styles.js';
import { moveInMenu } from './menu-keys.js';

interface OpenPane {
  readonly feature: CallFeature;
  /** Undefined while its code is being loaded. */
  readonly pane: Pane | undefined;
  readonly failed?: boolean;
}

/** The menu of a call's features and the pane that is open, over the stage of the panel. */
class CallFeaturePanel implements FeaturePanel {
  readonly #locale: FeatureLocaleController;
  readonly #features: readonly CallFeature[];
  #pane: OpenPane | undefined;

  constructor(
    private readonly host: FeaturePanelHost,
    readonly call: Call,
    features: readonly CallFeature[],
  ) {
    this.#features = features;
    this.#locale = new FeatureLocaleController(() => {
      host.requestUpdate();
    });
  }

  open(id: string): void {
    const feature = this.#features.find((one) => one.id === id);
    if (feature?.load === undefined || this.#pane?.feature === feature) return;
    this.#leavePane();
    this.#pane = { feature, pane: undefined };
    void this.#load(feature);
    this.#changed();
  }

  render(): TemplateResult {
    return this.#pane ? this.#renderPane(this.#pane) : this.#renderMenu();
  }

  dispose(): void {
    this.#leavePane();
  }

  get #context(): FeatureContext {
    const { host, call } = this;
    return {
      model: host.model,
      call,
      strings: this.#strings,
      root: host.root,
      requestUpdate: () => {
        host.requestUpdate();
      },
      open: (id) => {
        this.open(id);
      },
      close: () => {
        host.close();
      },
    };
  }

  get #strings(): FeatureStrings {
    return this.#locale.stringsFor(this.host.model.language, this.host.override);
  }

  async #load(feature: CallFeature): Promise<void> {
    const isOpen = (): boolean => this.#pane?.feature === feature && this.#pane.pane === undefined;
    try {
      const module = await importAgain(() => feature.load?.() ?? Promise.reject(new Error('no pane')));
      if (!isOpen()) return;
      this.host.adoptStyles(module.styles ?? []);
      this.#pane = { feature, pane: module.createPane(() => this.#context) };
    } catch (error) {
      console.warn(`<xmpp-call> the code for "${feature.id}" did not load`, error);
      if (isOpen()) this.#pane = { feature, pane: undefined, failed: true };
    }
    this.#changed();
  }

  #leavePane(): void {
    this.#pane?.pane?.dispose?.();
    this.#pane = undefined;
  }

  #changed(): void {
    this.host.requestUpdate();
    void this.host.focus(this.#pane?.pane?.focus ?? '.sheet');
  }

  #renderMenu(): TemplateResult {
    const context = this.#context;
    return html`<div class="backdrop" @pointerdown=${() => this.host.close()}></div>
      <div
        part="menu"
        class="sheet menu"
        role="menu"
        tabindex="-1"
        aria-label=${this.host.model.strings.more}
        @keydown=${moveInMenu}
      >
        ${this.#features.filter((feature) => feature.isOffered(context)).map((feature) => this.#item(feature, context))}
      </div>`;
  }

  #item(feature: CallFeature, context: FeatureContext): TemplateResult {
    const isOn = feature.isOn?.(context);
    return html`<button
      type="button"
      part="menu-item ${feature.id}"
      class="menu-item"
      role=${isOn === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked=${isOn === undefined ? nothing : String(isOn)}
      tabindex="-1"
      @click=${() => {
        if (feature.run) feature.run(context);
        else this.open(feature.id);
      }}
    >
      ${feature.icon}<span>${feature.label(context)}</span>${isOn ? icons.done : nothing}
    </button>`;
  }

  #renderPane({ feature, pane, failed }: OpenPane): TemplateResult {
    const strings = this.#strings;
    const title = feature.label(this.#context);
    return html`<section part="pane pane-${feature.id}" class="sheet pane" tabindex="-1" aria-label=${title}>
      <header class="pane-head">
        ${iconButton({
          part: 'pane-back',
          label: strings.back,
          icon: icons.back,
          onClick: () => {
            this.#leavePane();
            this.#changed();
          },
        })}
        <p class="pane-title">${title}</p>
        ${iconButton({ part: 'pane-close', label: strings.closePane, icon: icons.close, onClick: () => this.host.close() })}
      </header>
      ${
        pane
          ? pane.render()
          : failed
            ? html`<p part="error" class="alert" role="alert">${strings.loadFailed}</p>`
            : html`<div class="pane-loading"><span class="spinner"></span></div>`
      }
    </section>`;
  }
}

/** What the shadow root needs for them. */
export const styles: readonly CSSResult[] = [featureStyles];

export function createFeaturePanel(
  host: FeaturePanelHost,
  call: Call,
  features: readonly CallFeature[] = CALL_FEATURES,
): FeaturePanel {
  return new CallFeaturePanel(host, call, features);
}
