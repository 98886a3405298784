import type { CSSResult } from 'lit';
import { addressOf, isolated, shortened } from '../address.js';
import { SecondCall } from '../second-call.js';
import { agentStyles } from '../styles/agent.styles.js';
import type { AgentViewName } from '../view-model.js';
import { incomingView } from './incoming-view.js';
import { SILENT, ofCall } from './panel-view.js';
import type { PanelView } from './panel-view.js';
import { connectionText, noticeText, readyView } from './ready-view.js';
import { secondCallView } from './second-call-view.js';
import { signInView } from './sign-in-view.js';

/** What the shadow root needs for these views. */
export const styles: readonly CSSResult[] = [agentStyles];

export { SecondCall, secondCallView };

/** The views of those who answer calls: a chunk that pages of visitors do not load. */
export const AGENT_VIEWS: Readonly<Record<AgentViewName, PanelView>> = {
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
};
