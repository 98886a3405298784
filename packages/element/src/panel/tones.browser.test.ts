import { expect } from '@esm-bundle/chai';
import { audioTrack } from '../testing/fake-client.testing.js';
import {
  cleanUp,
  find,
  mount,
  mountClocked,
  replaceMethod,
  settled,
  textOf,
  until,
} from '../testing/fixture.testing.js';
import { Tones, toneSamples } from './tones.js';

describe('tones', () => {
  const contexts: AudioContext[] = [];
  const create = (): AudioContext => {
    const context = new AudioContext();
    contexts.push(context);
    return context;
  };

  afterEach(() => {
    contexts.length = 0;
    cleanUp();
  });

  it('hold no audio device while they are silent', async () => {
    const tones = new Tones(create);
    expect(contexts).to.have.length(0);
    tones.play('ringback');
    tones.play('ringback');
    expect(contexts).to.have.length(1);
    const closed = new Promise((resolve) => contexts[0]?.addEventListener('statechange', resolve));
    tones.play(undefined);
    expect(tones.sounding).to.equal(false);
    while (contexts[0]?.state !== 'closed') await closed;
  });

  it('sound once per page, one after the other', () => {
    const [one, two] = [new Tones(create), new Tones(create)];
    one.play('ring');
    two.play('ring');
    expect([one.sounding, two.sounding]).to.deep.equal([true, false]);
    one.play(undefined);
    expect([one.sounding, two.sounding]).to.deep.equal([false, true]);
    two.play(undefined);
    expect(two.sounding).to.equal(false);
  });

  it('sound for a key beside a tone, and let go of the audio device afterwards', async () => {
    const tones = new Tones(create);
    tones.play('ringback');
    tones.playDigit('x');
    expect(contexts).to.have.length(1);
    tones.playDigit('5');
    tones.playDigit('#');
    expect(contexts).to.have.length(2);
    const [loop, keys] = contexts;
    while (keys?.state !== 'closed') await new Promise((resolve) => keys?.addEventListener('statechange', resolve));
    expect([tones.sounding, loop?.state === 'closed']).to.deep.equal([true, false]);
    tones.play(undefined);
  });

  it('stay quiet, do not click and have their pitch', () => {
    for (const tone of ['ringback', 'ring'] as const) {
      const samples = toneSamples(tone);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(peak).to.be.within(0.03, 0.5);
      const step = samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0);
      expect(step).to.be.below(0.25);
      expect(Math.abs(samples.at(-1) ?? 1)).to.be.below(0.001);
    }
    const second = toneSamples('ringback').slice(0, 16_000);
    const crossings = second.filter((sample, i) => i > 0 && sample >= 0 && (second[i - 1] ?? 0) < 0).length;
    expect(crossings).to.be.within(424, 426);
  });

  it('ring for an incoming call until it is silenced', async () => {
    const started: AudioBufferSourceNode[] = [];
    const restore = replaceMethod(AudioBufferSourceNode.prototype, 'start', function (this: AudioBufferSourceNode) {
      started.push(this);
    });
    try {
      const { element, client } = mount({ mode: 'agent', lang: 'en' });
      await element.signIn('anna@example.org', 'secret');
      client().ring('maria@example.net');
      await loadedTones();
      await settled(element);
      expect(started).to.have.length(1);
      find(element, '[part=silence]').click();
      await settled(element);
      expect(started[0]?.context.state).not.to.equal('running');
      element.silent = true;
      client().calls[0]?.end('cancelled');
      client().ring('maria@example.net');
      await settled(element);
      expect(started, 'silent elements do not ring').to.have.length(1);
    } finally {
      restore();
    }
  });

  /** Contexts of tones that sound. */
  const open = new Set<BaseAudioContext>();

  /** The tones are loaded with the first call. */
  async function loadedTones(): Promise<void> {
    await import('./tone-desk.js');
    await settledTasks();
  }

  function settledTasks(): Promise<unknown> {
    return new Promise((resolve) => setTimeout(resolve));
  }

  /** The length [s] of each tone that was started, in order. */
  async function heard(
    script: (fixture: ReturnType<typeof mountClocked>) => Promise<void>,
    attributes: Record<string, string>,
  ): Promise<number[]> {
    const started: AudioBufferSourceNode[] = [];
    open.clear();
    const restore = replaceMethod(AudioBufferSourceNode.prototype, 'start', function (this: AudioBufferSourceNode) {
      started.push(this);
      open.add(this.context);
    });
    const restoreClose = replaceMethod(AudioContext.prototype, 'close', function (this: AudioContext) {
      open.delete(this);
      return Promise.resolve();
    });
    try {
      await script(mountClocked({ domain: 'guest.example.org', to: 'support@example.org', lang: 'en', ...attributes }));
    } finally {
      restore();
      restoreClose();
    }
    return started.map(({ buffer }) => buffer?.duration ?? 0);
  }

  it('sound as ring-back from the moment of calling, in the region that is asked for, though nobody rings', async () => {
    const lengths = await heard(
      async ({ element, call }) => {
        await element.startCall();
        await loadedTones();
        call().addTracks('local', audioTrack());
        await settled(element);
        expect(textOf(element, '[part=status]')).to.include('Calling');
        call().change('ringing');
        await settled(element);
        expect(textOf(element, '[part=status]')).to.include('Ringing');
      },
      { tones: 'us' },
    );
    expect(lengths, 'one tone of the American length').to.deep.equal([6]);
  });

  for (const [code, length] of [
    ['busy', 0.75],
    ['declined', 0.75],
    ['callee-being-called', 0.75],
    ['signaling-unreachable', 1.5],
    ['callee-unavailable', 1.5],
  ] as const) {
    it(`say ${code} for 3 s, once`, async () => {
      const lengths = await heard(
        async ({ element, call, clock }) => {
          await element.startCall();
          await loadedTones();
          call().fail(code);
          await settled(element);
          clock.advance(2999);
          element.requestUpdate();
          await settled(element);
          expect(open.size).to.equal(1);
          clock.advance(1);
          element.requestUpdate();
          await settled(element);
          expect(open.size).to.equal(0);
        },
        { tones: 'uk' },
      );
      expect(lengths).to.deep.equal([length]);
    });
  }

  it('are silent where the element is, and for an end that needs no tone', async () => {
    const lengths = await heard(
      async ({ element, call }) => {
        await element.startCall();
        call().fail('busy');
        await settled(element);
        element.silent = false;
        find(element, '[part~=call-again]').click();
        await until(() => call().state === 'calling');
        call().fail('no-answer');
        await settled(element);
      },
      { silent: '' },
    );
    expect(lengths).to.deep.equal([]);
  });
});
