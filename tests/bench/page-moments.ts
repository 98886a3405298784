/** Runs in the pages: times of events, ms since the epoch, on the clock that all pages of a machine share. */
export interface Moments {
  clicked?: number;
  rang?: number;
  heard?: number;
  seen?: number;
}

/** Audible: well above the noise of an idle decoder. */
const LEVEL = 0.01;
const POLL_MS = 4;

/** To be run before the page's own scripts; must not refer to anything outside of itself. */
function observeCall(level: number, pollMs: number): void {
  const moments: Moments = {};
  Object.assign(globalThis, { moments });
  const now = () => performance.timeOrigin + performance.now();
  addEventListener(
    'click',
    () => {
      moments.clicked = now();
    },
    { capture: true },
  );
  document.addEventListener('xmpp-call-incoming', () => {
    moments.rang = now();
  });

  const listen = (stream: MediaStream) => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 256 });
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > level)) {
        moments.heard = now();
        void context.close();
      } else {
        setTimeout(look, pollMs);
      }
    };
    look();
  };
  let listening = false;
  let watching = false;
  const follow = () => {
    const element = document.querySelector('xmpp-call');
    const call = element?.call;
    if (!call) return;
    if (!listening && call.remoteStream.getAudioTracks().length > 0) {
      listening = true;
      listen(call.remoteStream);
    }
    const video = element.shadowRoot?.querySelector<HTMLVideoElement>('[part~="remote-video"]');
    if (!watching && video?.srcObject) {
      watching = true;
      video.requestVideoFrameCallback(() => {
        moments.seen = now();
      });
    }
  };
  setInterval(follow, pollMs);
}

/** The compiler may have wrapped functions to keep their names. */
export const OBSERVER = `{ const __name = (fn) => fn; (${observeCall.toString()})(${LEVEL}, ${POLL_MS}); }`;
