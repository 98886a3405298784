import type { Call, ChatPreference } from '@xmpp-call/client';
import type { CSSResult, LitElement } from 'lit';
import type { CallHolder } from '../live-calls.js';
import type { StringsOverride } from '../locales/strings.js';
import type { ToneRegion } from './tone-plans.js';
import type { Configuration } from './configuration.js';

/** What the panel needs of the element that it is part of. */
export interface PanelHost extends LitElement, CallHolder {
  readonly mode: 'visitor' | 'agent';
  readonly to: string | undefined;
  readonly calleeName: string | undefined;
  readonly silent: boolean;
  readonly maxCalls: 1 | 2 | undefined;
  readonly rememberDevices: boolean;
  readonly chat: ChatPreference | undefined;
  readonly tones: ToneRegion | 'auto' | undefined;
  readonly multipleCalls: boolean;
  readonly transfers: 'ask' | 'accept' | 'refuse' | undefined;
  readonly strings: StringsOverride | undefined;
  readonly configuration: Configuration;
  /** Adds style sheets to the shadow root. */
  adoptStyles(styles: readonly CSSResult[]): void;
  startCall(options?: { readonly video?: boolean }): Promise<Call | undefined>;
}
