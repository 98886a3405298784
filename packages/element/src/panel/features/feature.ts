import type { Call } from '@xmpp-call/client';
import type { CSSResult, TemplateResult } from 'lit';
import type { FeatureStrings } from '../../locales/features/feature-strings.js';
import type { ViewModel } from '../view-model.js';

/** What a feature sees of the panel, and may do there. */
export interface FeatureContext {
  readonly model: ViewModel;
  readonly call: Call;
  readonly strings: FeatureStrings;
  /** Elements of the panel, for what acts on them (full screen). */
  readonly root: ShadowRoot | null;
  readonly requestUpdate: () => void;
  /** Opens a feature's pane in place of what is open. */
  readonly open: (id: string) => void;
  /** Closes the menu or the pane. */
  readonly close: () => void;
}

/** Something that a call offers in its menu beside mute, camera and hang up. */
export interface CallFeature {
  readonly id: string;
  readonly icon: TemplateResult;
  label(context: FeatureContext): string;
  /** Whether it can be used now: what the peer or the browser cannot do is not shown. */
  isOffered(context: FeatureContext): boolean;
  /** For what is switched on and off. */
  isOn?(context: FeatureContext): boolean;
  /** Does it at once; called from a gesture. */
  run?(context: FeatureContext): void;
  /** Loads the code of its pane. */
  load?(): Promise<PaneModule>;
}

export interface PaneModule {
  readonly styles?: readonly CSSResult[];
  createPane(context: () => FeatureContext): Pane;
}

/** What a feature shows over the stage. Lives until it is closed or the call ends. */
export interface Pane {
  render(): TemplateResult;
  /** Selector of what is focused when it was opened; the pane itself without one. */
  readonly focus?: string;
  /** Lets go of what it listens to and has opened. */
  dispose?(): void;
}
