import { expect } from '@esm-bundle/chai';
import { AGENT, cleanUp, find, has, mount, settled, textOf, until } from './testing/fixture.testing.js';

async function inCall() {
  const fixture = mount({ ...AGENT, 'max-calls': '2', lang: 'en' });
  await fixture.element.signIn('anna@example.org', 'secret');
  const first = fixture.client().ring('maria@example.net');
  first.activate();
  await settled(fixture.element);
  const second = fixture.client().ring('paul@example.net');
  await settled(fixture.element);
  return { ...fixture, first, second };
}

describe('a second call of an agent', () => {
  afterEach(cleanUp);

  it('is shown beside the first with its name, and changes nothing by itself', async () => {
    const { element, first, client } = await inCall();
    expect(client().options.maxCalls).to.equal(2);
    expect(textOf(element, '[part=second-call]')).to.include('Incoming call from').and.include('paul@example.net');
    expect(element.call).to.equal(first);
    expect(first.onHold).to.equal(false);
  });

  it('is answered with the first on hold, and both can be swapped', async () => {
    const { element, first, second } = await inCall();
    find(element, '[part~=answer-second]').click();
    await until(() => element.call === second && second.accepted.length === 1);
    expect(first.onHold).to.equal(true);
    second.activate();
    await until(() => has(element, '[part~=swap]'));
    expect(textOf(element, '[part=second-call]')).to.include('is on hold');
    find(element, '[part~=swap]').click();
    await until(() => element.call === first);
    expect([first.onHold, second.onHold]).to.deep.equal([false, true]);
  });

  it('is declined without a trace in the first', async () => {
    const { element, first, second } = await inCall();
    find(element, '[part~=decline-second]').click();
    await until(() => !has(element, '[part=second-call]'));
    expect(second.state).to.equal('ended');
    expect(first.state).to.equal('active');
  });

  it('takes the place of the first when that ends, and stays on hold until it is resumed', async () => {
    const { element, first, second } = await inCall();
    find(element, '[part~=answer-second]').click();
    await until(() => element.call === second);
    second.activate();
    await until(() => has(element, '[part~=swap]'));
    second.end('remote-hang-up');
    await until(() => element.call === first);
    expect(first.onHold).to.equal(true);
    await until(() => has(element, '[part~=resume]'));
  });

  it('rings on when the first ends', async () => {
    const { element, first, second } = await inCall();
    first.end('remote-hang-up');
    await until(() => element.call === second);
    await until(() => has(element, '[part~=answer]'));
  });

  it('goes away when its caller gives up', async () => {
    const { element, first, second } = await inCall();
    second.end('cancelled');
    await until(() => !has(element, '[part=second-call]'));
    expect(element.call).to.equal(first);
  });
});
