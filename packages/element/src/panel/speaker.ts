/** Plays an element on another loudspeaker, or on the default one again. Where it is gone the browser's default plays on. */
export function setSpeaker(element: HTMLMediaElement, deviceId = ''): void {
  // Left alone until somebody chooses: some browsers ask, or refuse it to frames.
  if (!('setSinkId' in element) || element.sinkId === deviceId) return;
  element.setSinkId(deviceId).catch((error: unknown) => {
    console.warn('<xmpp-call> the loudspeaker cannot be used', error);
  });
}
