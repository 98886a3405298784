import type { Call } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { addressOf, isolated, shortened } from '../address.js';
import { icons } from '../icons.js';
import type { ViewModel } from '../view-model.js';
import { ANSWER_ID, avatar, iconButton, roundButton } from './parts.js';

/** A call that wants to be answered. */
export function incomingView(model: ViewModel, call: Call): TemplateResult {
  const { session, strings, name, silenced } = model;
  const { answering } = session;
  const { video } = call.media;
  const address = addressOf(call.peer);
  const kind = video ? strings.incomingVideo : strings.states.incoming;
  return html`<div
    part="incoming"
    class="incoming"
    role="alertdialog"
    aria-label=${strings.incomingFrom(isolated(name))}
    aria-describedby="incoming-kind incoming-address"
  >
    <div class="scroll caller">
      ${
        silenced || answering
          ? nothing
          : iconButton({ part: 'silence', label: strings.silence, icon: icons.bellOff, onClick: () => model.silence() })
      }
      ${avatar(name, true)}
      <p part="peer" class="peer"><bdi>${name}</bdi></p>
      <p id="incoming-address" class="address" title=${address}><bdi dir="ltr">${shortened(address)}</bdi></p>
      <p part="status" class="status" id="incoming-kind">${answering ? strings.answering : kind}</p>
    </div>
    <div part="controls" class="controls" role="group">
      ${roundButton({
        part: 'decline',
        label: strings.decline,
        icon: icons.hangUp,
        tone: 'negative',
        onClick: () => session.reject(),
      })}
      ${
        video
          ? roundButton({
              part: 'answer-video',
              label: strings.answerWithVideo,
              icon: icons.camera,
              tone: 'positive',
              disabled: answering,
              onClick: () => model.answer(true),
            })
          : nothing
      }
      ${roundButton({
        part: 'answer',
        id: ANSWER_ID,
        label: strings.answer,
        icon: icons.call,
        tone: 'positive',
        disabled: answering,
        onClick: () => model.answer(false),
      })}
    </div>
  </div>`;
}
