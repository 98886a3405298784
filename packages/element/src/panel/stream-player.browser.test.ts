import { expect } from '@esm-bundle/chai';
import { audioTrack, videoTrack } from '../testing/fake-client.testing.js';
import { cleanUp, find, has, mountCall, replaceMethod, until } from '../testing/fixture.testing.js';

describe('what the browser holds back', () => {
  afterEach(cleanUp);

  it('plays a picture that comes again although the sound is held back', async () => {
    const play = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'play')?.value as () => Promise<void>;
    const restore = replaceMethod(HTMLMediaElement.prototype, 'play', function (this: HTMLMediaElement) {
      return this instanceof HTMLAudioElement
        ? Promise.reject(new DOMException('no gesture', 'NotAllowedError'))
        : play.call(this);
    });
    try {
      const { element, placed } = await mountCall();
      placed.activate();
      placed.addTracks('remote', audioTrack(), videoTrack());
      await until(() => has(element, '[part~=hear]'));
      const picture = find(element, '[part=remote-video]', HTMLVideoElement);
      await until(() => !picture.paused);
      picture.pause();
      placed.changeRemote({});
      await until(() => !picture.paused);
      expect(has(element, '[part~=hear]'), 'the sound still waits').to.equal(true);
    } finally {
      restore();
    }
  });

  it('offers to start a picture that the browser holds back, though another never plays', async () => {
    let refused = true;
    const restore = replaceMethod(HTMLMediaElement.prototype, 'play', function (this: HTMLMediaElement) {
      if (this instanceof HTMLAudioElement) return new Promise<void>(() => undefined);
      return refused ? Promise.reject(new DOMException('no gesture', 'NotAllowedError')) : Promise.resolve();
    });
    try {
      const { element, placed } = await mountCall();
      placed.activate();
      placed.addTracks('remote', audioTrack(), videoTrack());
      await until(() => has(element, '[part~=hear]'));
      refused = false;
      find(element, '[part~=hear]').click();
      await until(() => !has(element, '[part~=hear]'));
    } finally {
      restore();
    }
  });
});
