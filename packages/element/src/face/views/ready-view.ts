import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Strings } from '../../locales/strings.js';
import type { CallSession, Notice } from '../call-session.js';
import { icons } from '../icons.js';
import { formatTimeOfDay } from '../time-formats.js';
import { nameOf } from '../view-model.js';
import type { ViewModel } from '../view-model.js';
import { alertText, iconButton } from './parts.js';

/** An agent who is signed in and waits for calls. */
export function readyView(model: ViewModel): TemplateResult {
  const { session, strings, actions } = model;
  const offline = session.connection === 'offline';
  const error = session.failure ?? (offline ? session.client?.connectionError : undefined);
  const failure = error === undefined ? undefined : strings.errors[error.code];
  return html`<div part="ready" class="ready">
    <div class="ready-head">
      <span class="dot ${session.connection}" aria-hidden="true"></span>
      <div class="ready-text">
        <p part="status" class="form-title">${connectionText(session, strings)}</p>
        <p part="account" class="address"><bdi>${session.account ?? ''}</bdi></p>
      </div>
      <button type="button" part="button sign-out" class="button quiet" @click=${() => actions.signOut()}>
        ${strings.signOut}
      </button>
    </div>
    ${session.connection === 'online' ? html`<p class="form-help">${strings.readyHelp}</p>` : nothing}
    ${failure === undefined ? nothing : alertText(failure.title, failure.advice)}
    ${
      failure === undefined && !offline
        ? nothing
        : html`<button type="button" part="button retry" class="button primary" @click=${() => actions.reconnect()}>
            ${strings.retry}
          </button>`
    }
    ${
      session.notices.length === 0
        ? nothing
        : html`<ul class="notices">
            ${session.notices.map(
              (notice) =>
                html`<li part="note" class="note">
                  <span>${noticeText(notice, model)}</span>
                  ${iconButton({
                    part: 'dismiss',
                    label: strings.dismiss,
                    icon: icons.close,
                    onClick: () => actions.dismissNotice(notice),
                  })}
                </li>`,
            )}
          </ul>`
    }
  </div>`;
}

/** The state of the connection, as far as an agent has to know it. */
export function connectionText({ connection }: CallSession, strings: Strings): string {
  switch (connection) {
    case 'online':
      return strings.ready;
    case 'connecting':
      return strings.connecting;
    case 'reconnecting':
      return strings.reconnecting;
    case 'offline':
      return strings.offline;
  }
}

/** A missed call in one line. */
export function noticeText({ kind, peer, at }: Notice, { strings, language }: ViewModel): string {
  const time = formatTimeOfDay(at, language);
  const name = nameOf(peer, strings);
  return kind === 'missed' ? strings.missedCall(name, time) : strings.answeredElsewhereCall(name, time);
}
