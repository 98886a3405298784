import type { Call } from '@xmpp-call/client';
import type { TemplateResult } from 'lit';
import type { ViewModel } from '../view-model.js';

/** What a view of the panel consists of. */
export interface PanelView {
  readonly body: (model: ViewModel) => TemplateResult | undefined;
  /** Accessible name of the panel. */
  readonly label: (model: ViewModel) => string;
  /**
   * What a screen reader says when it changes.
   * @param isFocused whether the focus is in the element, where a dialog speaks for itself
   */
  readonly announce: (model: ViewModel, isFocused: boolean) => readonly string[];
}

export const SILENT: readonly string[] = [];

export function ofCall<T>({ session }: ViewModel, use: (call: Call) => T): T | undefined {
  return session.call && use(session.call);
}
