import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Strings } from '../../locales/strings.js';
import type { CallController, Notice } from '../call-controller.js';
import { addressOf, isolated, shortened } from '../address.js';
import { icons } from '../icons.js';
import { formatTimeOfDay } from '../time-formats.js';
import { errorText } from '../error-text.js';
import { nameOf } from '../view-model.js';
import type { ViewModel } from '../view-model.js';
import { alertText, iconButton, textButton } from './parts.js';

/** An agent who is signed in and waits for calls. */
export function readyView(model: ViewModel): TemplateResult {
  const { session, strings } = model;
  const { connection, notices } = session;
  const offline = connection === 'offline';
  const error = session.failure ?? (offline ? session.client?.connectionError : undefined);
  return html`<div part="ready" class="ready">
    <div class="ready-head">
      <span class="dot ${connection}" aria-hidden="true"></span>
      <div class="ready-text">
        <p part="status" class="form-title">${connectionText(session, strings)}</p>
        <p part="account" class="address"><bdi dir="ltr">${shortened(addressOf(session.account ?? ''))}</bdi></p>
      </div>
      ${textButton({ part: 'sign-out', label: strings.signOut, tone: 'quiet', onClick: () => session.dispose() })}
    </div>
    ${connection === 'online' ? html`<p class="form-help">${strings.readyHelp}</p>` : nothing}
    ${error && alertText(errorText(error, strings))}
    ${
      error || offline
        ? textButton({ part: 'retry', label: strings.retry, onClick: () => void session.reconnect() })
        : nothing
    }
    ${
      notices.length === 0
        ? nothing
        : html`<ul class="notices">
            ${notices.map(
              (notice) =>
                html`<li part="note" class="note">
                  <span>${noticeText(notice, model)}</span>
                  ${iconButton({
                    part: 'dismiss',
                    label: strings.dismiss,
                    icon: icons.close,
                    onClick: () => session.dismissNotice(notice),
                  })}
                </li>`,
            )}
          </ul>`
    }
  </div>`;
}

/** The state of the connection, as far as an agent has to know it. */
export function connectionText({ connection }: CallController, strings: Strings): string {
  if (connection === 'online') return strings.ready;
  return connection === 'offline' ? strings.offline : strings.states[connection];
}

/** A missed call in one line. */
export function noticeText({ kind, peer, at }: Notice, { strings, language }: ViewModel): string {
  const time = formatTimeOfDay(at, language);
  const name = isolated(nameOf(peer, strings));
  return kind === 'missed' ? strings.missedCall(name, time) : strings.answeredElsewhereCall(name, time);
}
