/* global HTMLElement, RTCPeerConnection, URLSearchParams, customElements, document, location, navigator */
/** Calls itself at the press of a button, in a shadow root as the widget does. TURN servers come in the query. */
class LoopbackCall extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' });
    const button = document.createElement('button');
    button.textContent = 'Call';
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    root.append(button, video);
    button.addEventListener('click', () => void call(video));
  }
}

/** @param {HTMLVideoElement} video */
async function call(video) {
  const query = new URLSearchParams(location.search);
  const urls = query.get('turn');
  const username = query.get('username') ?? '';
  const credential = query.get('credential') ?? '';
  const iceServers = urls === null ? [] : [{ urls, username, credential }];
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const caller = new RTCPeerConnection({ iceServers });
  const callee = new RTCPeerConnection({ iceServers });
  caller.onicecandidate = ({ candidate }) => void callee.addIceCandidate(candidate ?? undefined);
  callee.onicecandidate = ({ candidate }) => void caller.addIceCandidate(candidate ?? undefined);
  callee.ontrack = ({ streams }) => (video.srcObject = streams[0] ?? null);
  for (const track of stream.getTracks()) caller.addTrack(track, stream);
  await caller.setLocalDescription();
  await callee.setRemoteDescription(/** @type {RTCSessionDescription} */ (caller.localDescription));
  await callee.setLocalDescription();
  await caller.setRemoteDescription(/** @type {RTCSessionDescription} */ (callee.localDescription));
}

customElements.define('loopback-call', LoopbackCall);
