import type { Call } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { icons } from '../icons.js';
import { stream } from '../stream-directive.js';
import { formatClock, isoDuration } from '../time-formats.js';
import { hasPicture } from '../track-watcher.js';
import type { ViewModel } from '../view-model.js';
import { alertText, avatar, iconButton, roundButton } from './parts.js';

/** A call from the moment it is placed or answered until it ends. */
export function callView(model: ViewModel, call: Call): TemplateResult {
  const { strings, actions, agent } = model;
  const selfView = call.cameraOn && hasPicture(call.localStream);
  const picture = model.remoteVideo || selfView;
  return html`<div class="call ${picture ? 'with-picture' : ''}">
    <div part="stage" class="stage">
      <video
        part="remote-video"
        class="remote-video"
        ?hidden=${!model.remoteVideo}
        muted
        .muted=${true}
        playsinline
        aria-label=${strings.remoteVideo(model.name)}
        @resize=${fitPicture}
        ${stream(model.remoteVideo ? call.remoteStream : undefined, model.onVideoBlocked)}
      ></video>
      ${model.remoteVideo ? nothing : avatar(model.name, isWaiting(call))}
      <div class="caption">
        <p part="peer" class="peer"><bdi>${model.name}</bdi></p>
        <p part="status" class="status">${statusLine(model, call)}</p>
      </div>
      <video
        part="self-view"
        class="self-view"
        ?hidden=${!selfView}
        muted
        .muted=${true}
        playsinline
        aria-label=${strings.selfView}
        ${stream(selfView ? call.localStream : undefined, model.onVideoBlocked)}
      ></video>
      ${
        agent
          ? nothing
          : iconButton({
              part: 'minimize',
              label: strings.minimize,
              icon: icons.minimize,
              onClick: () => actions.minimize(),
            })
      }
    </div>
    ${notes(model, call)} ${controls(model, call)}
  </div>`;
}

/** The texts about a call that change while it goes on; also announced to screen readers. */
export function callNotes({ session, strings, name }: ViewModel, call: Call): readonly string[] {
  const notes: string[] = [];
  if (call.remote.audioMuted) notes.push(strings.remoteMuted(name));
  if (call.remote.videoMuted && call.remoteStream.getVideoTracks().length > 0) {
    notes.push(strings.remoteCameraOff(name));
  }
  if (session.connection === 'reconnecting') notes.push(strings.signalingReconnecting);
  return notes;
}

/** The state in words. Before devices were granted, it says what the browser is asking for. */
export function stateText({ strings }: ViewModel, call: Call): string {
  if (call.state === 'calling' && !call.localStream?.getAudioTracks().length) {
    return call.media.video ? strings.allowMicrophoneAndCamera : strings.allowMicrophone;
  }
  if (call.state === 'active' && call.remote.held) return strings.states.held;
  return strings.states[call.state];
}

function isWaiting(call: Call): boolean {
  return call.state === 'calling' || call.state === 'ringing' || call.state === 'connecting';
}

function statusLine(model: ViewModel, call: Call): TemplateResult {
  const { strings, language, now } = model;
  const text = stateText(model, call);
  const since = call.activeSince;
  const quiet = call.state === 'active' && !call.remote.held;
  if (since === undefined || isWaiting(call)) return html`${text}`;
  return html`${quiet ? nothing : html`<span>${text}</span> · `}<time
      part="timer"
      class="timer"
      role="timer"
      aria-label="${strings.duration} ${formatClock(now - since, language)}"
      datetime=${isoDuration(now - since)}
      >${formatClock(now - since, language)}</time
    >`;
}

function notes(model: ViewModel, call: Call): TemplateResult | typeof nothing {
  const { session, strings, actions, blocked } = model;
  const problem = session.problem;
  const text = problem === undefined ? undefined : strings.errors[problem.code];
  const remarks = callNotes(model, call);
  if (remarks.length === 0 && text === undefined && !blocked) return nothing;
  return html`<div class="notes">
    ${remarks.map((note) => html`<p part="note" class="note">${note}</p>`)}
    ${
      text === undefined
        ? nothing
        : html`<div class="problem">
            ${alertText(text.title, text.advice)}
            ${iconButton({
              part: 'dismiss',
              label: strings.dismiss,
              icon: icons.close,
              onClick: () => actions.dismissProblem(),
            })}
          </div>`
    }
    ${
      blocked
        ? html`<button type="button" part="button hear" class="button primary" @click=${() => actions.hear()}>
            ${icons.speaker}${strings.hear}
          </button>`
        : nothing
    }
  </div>`;
}

function controls({ session, strings, actions }: ViewModel, call: Call): TemplateResult {
  const beforeAnswer = call.state === 'calling' || call.state === 'ringing';
  return html`<div part="controls" class="controls" role="group">
    ${roundButton({
      part: 'mute',
      label: strings.mute,
      icon: call.muted ? icons.microphoneOff : icons.microphone,
      tone: 'plain',
      pressed: call.muted,
      onClick: () => actions.toggleMuted(),
    })}
    ${roundButton({
      part: 'camera',
      label: strings.camera,
      icon: call.cameraOn ? icons.camera : icons.cameraOff,
      tone: 'plain',
      pressed: call.cameraOn,
      disabled: beforeAnswer || session.cameraPending,
      onClick: () => actions.toggleCamera(),
    })}
    ${roundButton({
      part: 'hang-up',
      label: strings.hangUp,
      icon: icons.hangUp,
      tone: 'negative',
      onClick: () => actions.hangUp(),
    })}
  </div>`;
}

/** An upright picture is shown whole instead of being cut to the wide stage. */
function fitPicture(event: Event): void {
  const video = event.currentTarget as HTMLVideoElement;
  video.classList.toggle('upright', video.videoHeight > video.videoWidth);
}
