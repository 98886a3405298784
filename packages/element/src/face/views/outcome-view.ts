import type { ErrorCode } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ErrorText, Strings } from '../../locales/strings.js';
import type { CallSession } from '../call-session.js';
import { icons } from '../icons.js';
import { formatDuration } from '../time-formats.js';
import type { ViewModel } from '../view-model.js';

/** Failures that belong to calling people: nothing is broken. */
const ORDINARY: ReadonlySet<ErrorCode> = new Set(['declined', 'busy', 'no-answer', 'callee-unavailable']);

/** How a call, or the attempt to place one, ended; with a way on. */
export function outcomeView(model: ViewModel): TemplateResult {
  const { session, strings, actions, agent, language } = model;
  const failed = outcomeError(session, strings, agent);
  const again = !agent && canCallAgain(session);
  const lasted = session.talkTime > 0 ? strings.lasted(formatDuration(session.talkTime, language)) : undefined;
  const lines = [failed?.advice ?? plainDetail(model), session.call === undefined ? undefined : lasted];
  const ordinary = isOrdinary(session);
  return html`<div part="outcome" class="outcome ${failed === undefined || ordinary ? '' : 'failed'}">
    <div class="badge">${failed === undefined ? icons.done : ordinary ? icons.hangUp : icons.alert}</div>
    <div part=${failed === undefined ? 'summary' : 'error'} role=${failed === undefined ? nothing : 'alert'}>
      <p class="outcome-title">${failed?.title ?? plainTitle(session, strings)}</p>
      ${lines.map((line) => (line === undefined ? nothing : html`<p class="outcome-detail">${line}</p>`))}
    </div>
    <div class="buttons">
      ${
        again
          ? html`<button
              type="button"
              part="button call-again"
              class="button primary"
              @click=${() => actions.callAgain()}
            >
              ${icons.call}${failed === undefined ? strings.callAgain : strings.retry}
            </button>`
          : nothing
      }
      <button
        type="button"
        part="button close"
        class="button ${again ? 'secondary' : 'primary'}"
        @click=${() => actions.close()}
      >
        ${agent ? strings.done : strings.close}
      </button>
    </div>
  </div>`;
}

/** The failure that ended a call, in words; undefined when it ended as calls do. */
export function outcomeError(session: CallSession, strings: Strings, agent: boolean): ErrorText | undefined {
  const { call } = session;
  const error = session.failure ?? call?.error;
  if (error?.code === 'auth-failed' && !agent) return strings.anonymousRefused;
  if (error !== undefined) return strings.errors[error.code];
  if (call?.endReason === 'rejected' && call.direction === 'outgoing') return strings.errors.declined;
  if (call?.endReason === 'error') return strings.errors.internal;
  return undefined;
}

/** The title of an ending without a failure. */
export function plainTitle({ call }: CallSession, strings: Strings): string {
  return call?.endReason === 'answered-elsewhere' ? strings.answeredElsewhere : strings.ended;
}

function plainDetail({ session: { call }, strings, name }: ViewModel): string | undefined {
  return call?.endReason === 'remote-hang-up' ? strings.remoteHungUp(name) : undefined;
}

function isOrdinary({ failure, call }: CallSession): boolean {
  if (failure !== undefined) return false;
  return call?.error === undefined ? call?.endReason === 'rejected' : ORDINARY.has(call.error.code);
}

function canCallAgain({ failure, call }: CallSession): boolean {
  const error = failure ?? call?.error;
  return error === undefined || error.retry;
}
