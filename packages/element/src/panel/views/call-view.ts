import type { Call } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { isolated } from '../address.js';
import { errorText } from '../error-text.js';
import { icons } from '../icons.js';
import { formatClock, isoDuration } from '../time-formats.js';
import { isPaused } from '../view-model.js';
import type { ViewModel } from '../view-model.js';
import { alertText, avatar, iconButton, nameText, roundButton, textButton } from './parts.js';

/** A call from the moment it is placed or answered until it ends. */
export function callView(model: ViewModel, call: Call): TemplateResult {
  const { strings, name, remoteVideo, selfView } = model;
  return html`<div
    class="call ${remoteVideo || selfView ? 'with-picture' : ''} ${model.featuresOpen ? 'with-sheet' : ''}"
  >
    <div class="upper">
      <div class="scroll">
        <div part="stage" class="stage">
          <video
            part="remote-video"
            class="remote-video"
            ?hidden=${!remoteVideo}
            playsinline
            aria-label=${strings.remoteVideo(isolated(name))}
            @resize=${fitPicture}
          ></video>
          ${remoteVideo ? nothing : avatar(name, isWaiting(call))}
          <div class="caption">
            <p part="peer" class="peer">${nameText(model)}</p>
            <p part="status" class="status">${statusLine(model, call)}</p>
          </div>
          <video
            part="self-view"
            class="self-view"
            ?hidden=${!selfView}
            playsinline
            tabindex="0"
            aria-label=${strings.selfView}
            aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight"
            @pointerdown=${onSelfView}
            @keydown=${onSelfView}
          ></video>
          ${
            model.agent
              ? nothing
              : iconButton({
                  part: 'minimize',
                  label: strings.minimize,
                  icon: icons.minimize,
                  onClick: () => model.minimize(true),
                })
          }
        </div>
        ${model.secondCall} ${notes(model, call)}
      </div>
      ${model.features}
    </div>
    ${controls(model, call)}
  </div>`;
}

/** The texts about a call that change while it goes on; also announced to screen readers. */
export function callNotes(model: ViewModel, call: Call): readonly string[] {
  const { session, strings } = model;
  const name = isolated(model.name);
  const notes: string[] = [];
  if (model.unanswered) notes.push(strings.stillCalling);
  if (model.nothingArrives) notes.push(strings.nothingArrives);
  if (call.remote.audioMuted) notes.push(strings.remoteMuted(name));
  if (model.turnedCameraOff) notes.push(strings.remoteCameraOff(name));
  if (model.unread > 0) notes.push(strings.newMessages(model.unread));
  if (call.sharing) notes.push(strings.youShare);
  if (call.onHold) notes.push(strings.youHold);
  if (session.connection === 'reconnecting') notes.push(strings.signalingReconnecting);
  return notes;
}

/** The state in words. Before devices were granted, it says what the browser is asking for. */
export function stateText({ strings }: ViewModel, call: Call): string {
  if (call.state === 'calling' && !call.localStream?.getAudioTracks().length) {
    return call.media.video ? strings.allowMicrophoneAndCamera : strings.allowMicrophone;
  }
  return call.state === 'active' && isPaused(call) ? strings.held : strings.states[call.state];
}

function isWaiting({ state }: Call): boolean {
  return state === 'calling' || state === 'ringing' || state === 'connecting';
}

function statusLine(model: ViewModel, call: Call): TemplateResult {
  const text = stateText(model, call);
  if (call.activeSince === undefined || isWaiting(call)) return html`${text}`;
  const elapsed = Date.now() - call.activeSince;
  const clock = formatClock(elapsed, model.language);
  const quiet = call.state === 'active' && !isPaused(call);
  return html`${quiet ? nothing : html`<span>${text}</span> · `}<time
      part="timer"
      class="timer"
      role="timer"
      aria-label="${model.strings.duration} ${clock}"
      datetime=${isoDuration(elapsed)}
      >${clock}</time
    >${model.quality?.mark}`;
}

function notes(model: ViewModel, call: Call): TemplateResult | typeof nothing {
  const { session, strings, blocked } = model;
  const { problem } = session;
  const unread = model.unread > 0 ? strings.newMessages(model.unread) : undefined;
  const remarks = [...callNotes(model, call), model.quality?.note ?? ''].filter(
    (note) => note !== '' && note !== unread,
  );
  if (remarks.length === 0 && unread === undefined && !problem && !blocked) return nothing;
  return html`<div class="notes">
    ${remarks.map((note) => html`<p part="note" class="note">${note}</p>`)}
    ${
      unread === undefined
        ? nothing
        : textButton({ part: 'unread', label: unread, tone: 'secondary', onClick: () => model.openFeature('chat') })
    }
    ${
      call.sharing
        ? textButton({ part: 'stop-sharing', label: strings.stopSharing, onClick: () => void call.stopSharing() })
        : nothing
    }
    ${call.onHold ? textButton({ part: 'resume', label: strings.resume, onClick: () => call.resume() }) : nothing}
    ${
      problem &&
      html`<div class="problem">
        ${alertText(errorText(problem, strings, { goesOn: true }))}
        ${iconButton({
          part: 'dismiss',
          label: strings.dismiss,
          icon: icons.close,
          onClick: () => session.dismissProblem(),
        })}
      </div>`
    }
    ${
      blocked
        ? textButton({ part: 'hear', label: strings.hear, icon: icons.speaker, onClick: () => model.hear() })
        : nothing
    }
  </div>`;
}

function controls(model: ViewModel, call: Call): TemplateResult {
  const { session, strings } = model;
  const beforeAnswer = call.state === 'calling' || call.state === 'ringing';
  return html`<div part="controls" class="controls" role="group">
    ${roundButton({
      part: 'mute',
      label: strings.mute,
      icon: call.muted ? icons.microphoneOff : icons.microphone,
      pressed: call.muted,
      onClick: () => session.toggleMuted(),
    })}
    ${roundButton({
      part: 'camera',
      label: strings.camera,
      icon: call.cameraOn ? icons.camera : icons.cameraOff,
      pressed: call.cameraOn,
      disabled: beforeAnswer || session.cameraPending,
      onClick: () => void session.toggleCamera(),
    })}
    ${roundButton({
      part: 'more',
      label: strings.more,
      icon: icons.more,
      expanded: model.featuresOpen,
      onClick: () => model.toggleFeatures(),
    })}
    ${roundButton({
      part: 'hang-up',
      label: strings.hangUp,
      icon: icons.hangUp,
      tone: 'negative',
      onClick: () => session.hangUp(),
    })}
  </div>`;
}

/** An upright picture is shown whole instead of being cut to the wide stage, and one that is larger than a camera's: it is a screen. */
function fitPicture(event: Event): void {
  const video = event.currentTarget as HTMLVideoElement;
  video.classList.toggle('upright', video.videoHeight > video.videoWidth || video.videoWidth > 1280);
}

/** Moves one's own picture; the first try loads the code for it, which a drag outlasts. */
function onSelfView(event: Event): void {
  const picture = event.currentTarget as HTMLElement;
  // The page would scroll before the code is there.
  if (event instanceof KeyboardEvent && event.key.startsWith('Arrow')) event.preventDefault();
  import('../self-view-mover.js').then(
    ({ moveSelfView }) => {
      moveSelfView(event, picture);
    },
    () => undefined,
  );
}
