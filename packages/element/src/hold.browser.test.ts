import { expect } from '@esm-bundle/chai';
import { videoTrack } from './testing/fake-client.testing.js';
import { cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';

async function active() {
  const fixture = await mountCall();
  fixture.placed.activate();
  await settled(fixture.element);
  return fixture;
}

describe('hold', () => {
  afterEach(cleanUp);

  it('is a switch of the menu, said in the panel with a button that ends it', async () => {
    const { element, placed } = await active();
    placed.addTracks('remote', videoTrack());
    await settled(element);
    expect(find(element, '[part=remote-video]').hidden).to.equal(false);
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=hold]'));
    expect(find(element, '[part~=hold]').getAttribute('aria-checked')).to.equal('false');
    find(element, '[part~=hold]').click();
    await until(() => has(element, '[part~=resume]'));
    expect(placed.onHold).to.equal(true);
    expect(textOf(element, '[part=status]')).to.include('On hold');
    expect(textOf(element, '[part=note]')).to.include('You put this call on hold');
    expect(find(element, '[part=remote-video]').hidden, 'a picture that stands still').to.equal(true);
    expect(element.matches(':state(on-hold)')).to.equal(true);
    find(element, '[part~=resume]').click();
    await until(() => !has(element, '[part~=resume]'));
    expect(placed.onHold).to.equal(false);
    expect(element.matches(':state(on-hold)')).to.equal(false);
  });

  it('is not offered before the call was answered', async () => {
    const { element } = await mountCall();
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=menu]'));
    expect(has(element, '[part~=hold]')).to.equal(false);
  });

  it('of the other side is told by state and words, without a button', async () => {
    const { element, placed } = await active();
    placed.changeRemote({ held: true });
    await settled(element);
    expect(textOf(element, '[part=status]')).to.include('On hold');
    expect(has(element, '[part~=resume]')).to.equal(false);
    expect(element.matches(':state(held)')).to.equal(true);
  });
});
