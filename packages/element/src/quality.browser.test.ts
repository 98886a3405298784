import { expect } from '@esm-bundle/chai';
import type { XmppCallQualityEvent } from './events/xmpp-call-quality.js';
import { cleanUp, find, has, mountClocked, settled, textOf, until } from './testing/fixture.testing.js';
import { passSeconds } from './testing/statistics.testing.js';

async function connected() {
  const fixture = mountClocked();
  const events: XmppCallQualityEvent[] = [];
  fixture.element.addEventListener('xmpp-call-quality', (event) => events.push(event));
  await fixture.element.startCall();
  fixture.call().activate();
  const pass = async (seconds: number, sent: number) => {
    await passSeconds(fixture.call(), fixture.clock, seconds, { sent });
  };
  return { ...fixture, events, pass };
}

describe('the quality of a call in the panel', () => {
  afterEach(cleanUp);

  it('shows nothing while it is good, a mark and words when it is bad, and tells the page of each change', async () => {
    const { element, events, pass, call } = await connected();
    await pass(4, 0);
    await until(() => events.length > 0);
    await settled(element);
    expect(has(element, '[part=quality]')).to.equal(false);
    expect(has(element, '[part=note]')).to.equal(false);
    await pass(6, 0.3);
    await until(() => events.length > 1);
    await settled(element);
    expect(find(element, '[part=quality]').getAttribute('aria-label')).to.equal('Bad quality');
    expect(textOf(element, '[part=note]')).to.include('Bad quality. Your network is slow');
    expect(textOf(element, '[part=note]')).not.to.include('camera');
    call().cameraOn = true;
    element.requestUpdate();
    await settled(element);
    expect(textOf(element, '[part=note]')).to.include('Turning your camera off helps');
    expect(events.map(({ level, cause }) => `${level} ${String(cause)}`)).to.deep.equal([
      'good undefined',
      'bad own-network',
    ]);
    expect(events[0]?.call).to.equal(element.call);
  });

  it('is announced once, and not again when it comes back within a minute', async () => {
    const { element, events, pass } = await connected();
    const announced = () => textOf(element, '[role=status]').includes('Bad quality');
    await pass(6, 0.3);
    await until(announced);
    await pass(12, 0);
    await until(() => events.at(-1)?.level === 'good');
    await settled(element);
    expect(announced()).to.equal(false);
    await pass(6, 0.3);
    await until(() => events.at(-1)?.level === 'bad' && has(element, '[part=quality]'));
    expect(announced()).to.equal(false);
    await pass(12, 0);
    await until(() => events.at(-1)?.level === 'good');
    await pass(30, 0);
    await pass(6, 0.3);
    await until(announced);
  });

  it('goes with the call', async () => {
    const { element, pass, call } = await connected();
    await pass(6, 0.3);
    await until(() => has(element, '[part=quality]'));
    call().end('remote-hang-up');
    await settled(element);
    expect(has(element, '[part=quality]')).to.equal(false);
    expect(textOf(element)).not.to.include('Bad quality');
  });
});
