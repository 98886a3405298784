import type { Call } from '@xmpp-call/client';
import type { TemplateResult } from 'lit';
import { addressOf, isolated, shortened } from '../address.js';
import type { View, ViewModel } from '../view-model.js';
import { callNotes, callView, stateText } from './call-view.js';
import { incomingView } from './incoming-view.js';
import { outcomeError, outcomeTitle, outcomeView, plainTitle } from './outcome-view.js';
import { connectionText, noticeText, readyView } from './ready-view.js';
import { signInView } from './sign-in-view.js';

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

const SILENT: readonly string[] = [];

export const VIEWS: Readonly<Record<View, PanelView>> = {
  closed: {
    body: () => undefined,
    label: () => '',
    announce: () => SILENT,
  },
  'sign-in': {
    body: signInView,
    label: ({ strings }) => strings.signInTitle,
    announce: ({ session, strings }) => (session.signingIn ? [strings.signingIn] : SILENT),
  },
  ready: {
    body: readyView,
    label: ({ strings }) => strings.ready,
    announce: (model) => [
      connectionText(model.session, model.strings),
      ...model.session.notices.map((notice) => noticeText(notice, model)),
    ],
  },
  incoming: {
    body: (model) => ofCall(model, (call) => incomingView(model, call)),
    label: ({ strings, name }) => strings.incomingFrom(isolated(name)),
    announce: (model, isFocused) =>
      (isFocused
        ? undefined
        : ofCall(model, ({ peer }) => [
            `${model.strings.incomingFrom(isolated(model.name))}, ${shortened(addressOf(peer))}`,
          ])) ?? SILENT,
  },
  call: {
    body: (model) => ofCall(model, (call) => callView(model, call)),
    label: ({ strings, name }) => strings.callWith(isolated(name)),
    announce: (model) => ofCall(model, (call) => [stateText(model, call), ...callNotes(model, call)]) ?? SILENT,
  },
  outcome: {
    body: outcomeView,
    label: ({ session, strings, agent }) => outcomeTitle(session, strings, agent),
    announce: ({ session, strings, agent }) =>
      outcomeError(session, strings, agent) ? SILENT : [plainTitle(session, strings)],
  },
};

function ofCall<T>({ session }: ViewModel, use: (call: Call) => T): T | undefined {
  return session.call && use(session.call);
}
