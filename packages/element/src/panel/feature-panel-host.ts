import type { Call } from '@xmpp-call/client';
import type { CSSResult, TemplateResult } from 'lit';
import type { ViewModel } from './view-model.js';

/** What the menu and its panes need of the panel. */
export interface FeaturePanelHost {
  readonly model: ViewModel;
  readonly root: ShadowRoot | null;
  /** An integrator's own words. */
  readonly override: unknown;
  requestUpdate(): void;
  adoptStyles(styles: readonly CSSResult[]): void;
  /** Focuses an element of the panel once all is rendered. */
  focus(selector: string): Promise<void>;
  /** Puts the menu and its pane away. */
  close(): void;
}

/** What a call offers beside its buttons. */
export interface FeaturePanel {
  readonly call: Call;
  render(): TemplateResult;
  /** Opens the pane of a feature. */
  open(id: string): void;
  dispose(): void;
}
