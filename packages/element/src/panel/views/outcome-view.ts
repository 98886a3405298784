import type { ErrorCode, XmppCallError } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ErrorText, Strings } from '../../locales/strings.js';
import { cleanName, isolated } from '../address.js';
import type { CallController } from '../call-controller.js';
import { errorText } from '../error-text.js';
import { icons } from '../icons.js';
import { formatDuration } from '../time-formats.js';
import type { ViewModel } from '../view-model.js';
import { textButton } from './parts.js';

/** Failures that belong to calling people: nothing is broken. */
const ORDINARY: ReadonlySet<ErrorCode> = new Set([
  'declined',
  'busy',
  'callee-being-called',
  'no-answer',
  'callee-unavailable',
]);

/** How a call, or the attempt to place one, ended; with a way on. */
export function outcomeView(model: ViewModel): TemplateResult {
  const { session, strings, agent, language } = model;
  const { call, talkTime } = session;
  const failed = outcomeError(session, strings, agent);
  const again = !agent && (errorOf(session)?.retry ?? true);
  const lines = [
    failed ? failed.advice : call?.endReason === 'remote-hang-up' && strings.remoteHungUp(isolated(model.name)),
    call && talkTime > 0 && strings.lasted(formatDuration(talkTime, language)),
  ];
  const ordinary = isOrdinary(session);
  const peerText = cleanName(call?.peerText ?? '');
  return html`<div part="outcome" class="outcome ${failed && !ordinary ? 'failed' : ''}">
    <div class="badge">${failed ? (ordinary ? icons.hangUp : icons.alert) : icons.done}</div>
    <div part=${failed ? 'error' : 'summary'} role=${failed ? 'alert' : nothing}>
      <p class="outcome-title">${outcomeTitle(session, strings, agent)}</p>
      ${peerText ? html`<blockquote part="peer-text" class="peer-text" dir="auto">${peerText}</blockquote>` : nothing}
      ${lines.map((line) => (line ? html`<p class="outcome-detail">${line}</p>` : nothing))}
    </div>
    <div class="buttons">
      ${
        again
          ? textButton({
              part: 'call-again',
              label: failed ? strings.retry : strings.callAgain,
              icon: icons.call,
              onClick: () => model.callAgain(),
            })
          : nothing
      }
      ${textButton({
        part: 'close',
        label: agent ? strings.done : strings.close,
        tone: again ? 'secondary' : 'primary',
        onClick: () => model.close(),
      })}
    </div>
  </div>`;
}

/** The failure that ended a call, in words; undefined when it ended as calls do. */
export function outcomeError(session: CallController, strings: Strings, agent: boolean): ErrorText | undefined {
  const { call } = session;
  const error = errorOf(session);
  if (error?.code === 'auth-failed' && !agent) return strings.anonymousRefused;
  if (error) return errorText(error, strings);
  if (call?.endReason === 'rejected' && call.direction === 'outgoing') return strings.errors.declined;
  if (call?.endReason === 'error') return strings.errors.internal;
  return undefined;
}

/** What an ending is called. */
export function outcomeTitle(session: CallController, strings: Strings, agent: boolean): string {
  return outcomeError(session, strings, agent)?.title ?? plainTitle(session, strings);
}

/** The title of an ending without a failure. */
export function plainTitle({ call }: CallController, strings: Strings): string {
  return call?.endReason === 'answered-elsewhere' ? strings.answeredElsewhere : strings.states.ended;
}

function errorOf({ failure, call }: CallController): XmppCallError | undefined {
  return failure ?? call?.error;
}

function isOrdinary({ failure, call }: CallController): boolean {
  if (failure) return false;
  return call?.error ? ORDINARY.has(call.error.code) : call?.endReason === 'rejected';
}
