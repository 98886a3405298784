import { isolated } from '../address.js';
import type { AgentViewName, View } from '../view-model.js';
import { callNotes, callView, stateText } from './call-view.js';
import { outcomeError, outcomeTitle, outcomeView, plainTitle } from './outcome-view.js';
import { SILENT, ofCall } from './panel-view.js';
import type { PanelView } from './panel-view.js';

/** The views that every call needs; those of agents load with `agent-views.ts`. */
export const VIEWS: Readonly<Record<Exclude<View, AgentViewName>, PanelView>> = {
  closed: {
    body: () => undefined,
    label: () => '',
    announce: () => SILENT,
  },
  call: {
    body: (model) => ofCall(model, (call) => callView(model, call)),
    label: ({ strings, name }) => strings.callWith(isolated(name)),
    announce: (model) =>
      ofCall(model, (call) => [stateText(model, call), ...callNotes(model, call), model.quality?.spoken ?? '']) ??
      SILENT,
  },
  outcome: {
    body: outcomeView,
    label: ({ session, strings, agent }) => outcomeTitle(session, strings, agent),
    announce: ({ session, strings, agent }) =>
      outcomeError(session, strings, agent) ? SILENT : [plainTitle(session, strings)],
  },
};
