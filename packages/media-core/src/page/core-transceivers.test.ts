import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CoreTransceivers } from './core-transceivers.js';

interface FakeTransceiver {
  mid: string | null;
  direction: RTCRtpTransceiverDirection;
  readonly sender: { transform?: unknown };
  readonly receiver: { readonly track: { readonly kind: string }; transform?: unknown };
}

const transceiver = (kind: string, mid: string): FakeTransceiver => ({
  mid,
  direction: 'sendrecv',
  sender: {},
  receiver: { track: { kind } },
});

class FakeTransform {
  constructor(
    readonly worker: unknown,
    readonly options: unknown,
  ) {}
}

describe('CoreTransceivers', () => {
  const scope = globalThis as { RTCRtpScriptTransform?: unknown };
  beforeEach(() => {
    scope.RTCRtpScriptTransform = FakeTransform;
  });
  afterEach(() => {
    delete scope.RTCRtpScriptTransform;
  });

  const follow = (all: readonly FakeTransceiver[]) => {
    const transceivers = new CoreTransceivers();
    const connection = Object.assign(new EventTarget(), { getTransceivers: () => all });
    transceivers.follow(connection as unknown as RTCPeerConnection);
    transceivers.attach({} as Worker);
    transceivers.update();
    return transceivers;
  };

  it('attaches transforms to the first transceiver of each kind, not to a second video', () => {
    const [audio, camera, screen] = [transceiver('audio', 'a'), transceiver('video', 'b'), transceiver('video', 'c')];
    const transceivers = follow([audio, camera, screen]);
    assert.deepEqual(
      ['a', 'b', 'c'].map((mid) => transceivers.servedIn(mid)),
      ['audio', 'video', undefined],
    );
    assert.deepEqual((camera.sender.transform as FakeTransform).options, { kind: 'video', flow: 'send' });
    assert.equal(screen.sender.transform, undefined);
    assert.equal(screen.receiver.transform, undefined);
  });

  it('removes the transforms of a dead worker, unless frames must not be sent without encryption', () => {
    for (const holdsFrames of [false, true]) {
      const camera = transceiver('video', 'a');
      const transceivers = follow([camera]);
      transceivers.detach(holdsFrames);
      assert.equal(camera.sender.transform !== null, holdsFrames);
      const worker = {} as Worker;
      assert.equal(transceivers.attach(worker), true);
      assert.equal((camera.sender.transform as FakeTransform).worker, worker);
    }
  });

  it('attaches transforms to the next transceiver of a kind when the first one is stopped', () => {
    const [camera, next] = [transceiver('video', 'b'), transceiver('video', 'c')];
    const transceivers = follow([camera, next]);
    camera.direction = 'stopped';
    transceivers.update();
    assert.deepEqual(
      ['b', 'c'].map((mid) => transceivers.servedIn(mid)),
      [undefined, 'video'],
    );
    assert.deepEqual((next.receiver.transform as FakeTransform).options, { kind: 'video', flow: 'receive' });
  });
});
