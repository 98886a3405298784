import { addressOf, isolated, shortened } from '../address.js';
import type { View, ViewModel } from '../view-model.js';
import { callNotes, stateText } from './call-view.js';
import { outcomeError, outcomeTitle, plainTitle } from './outcome-view.js';
import { connectionText, noticeText } from './ready-view.js';

/**
 * What a screen reader says when it changes.
 * @param focusIsInside whether the focus is in the element, where a dialog speaks for itself
 */
export function announcements(model: ViewModel, view: View, focusIsInside: boolean): readonly string[] {
  const { session, strings } = model;
  const { call } = session;
  if (view === 'call' && call) return [stateText(model, call), ...callNotes(model, call)];
  if (view === 'incoming' && call && !focusIsInside) {
    return [`${strings.incomingFrom(isolated(model.name))}, ${shortened(addressOf(call.peer))}`];
  }
  if (view === 'ready') {
    return [connectionText(session, strings), ...session.notices.map((notice) => noticeText(notice, model))];
  }
  if (view === 'sign-in' && session.signingIn) return [strings.signingIn];
  if (view === 'outcome' && !outcomeError(session, strings, model.agent)) return [plainTitle(session, strings)];
  return [];
}

/** Accessible name of the panel. */
export function panelLabel(model: ViewModel, view: View): string {
  const { session, strings, agent } = model;
  if (view === 'sign-in') return strings.signInTitle;
  if (view === 'ready') return strings.ready;
  if (view === 'outcome') return outcomeTitle(session, strings, agent);
  const name = isolated(model.name);
  return view === 'incoming' ? strings.incomingFrom(name) : strings.callWith(name);
}
