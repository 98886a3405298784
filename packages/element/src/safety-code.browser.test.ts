import { expect } from '@esm-bundle/chai';
import { cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';
import { SAFETY_CODE } from './testing/safety-code.testing.js';

async function active() {
  const fixture = await mountCall();
  fixture.placed.activate();
  await settled(fixture.element);
  return fixture;
}

async function opened() {
  const fixture = await active();
  const { element, placed } = fixture;
  placed.changeSafety({ phase: 'available' });
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=safety-code]'));
  find(element, '[part~=safety-code]').click();
  await until(() => has(element, '.safety'));
  return fixture;
}

describe('the safety code', () => {
  afterEach(cleanUp);

  it('is not offered where the peer has none', async () => {
    const { element } = await active();
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=menu]'));
    expect(has(element, '[part~=safety-code]')).to.equal(false);
  });

  it('is asked for when it is opened, shown in words or pictures, and confirmed', async () => {
    const { element, placed } = await opened();
    expect(placed.verified).to.equal(1);
    placed.changeSafety({ phase: 'comparing', code: SAFETY_CODE });
    await until(() => has(element, '.safety-words'));
    const items = [...(element.shadowRoot?.querySelectorAll('.safety-words li') ?? [])];
    expect(items.map((item) => item.textContent)).to.deep.equal(SAFETY_CODE.words);
    find(element, '[part~=show-emoji]').click();
    await until(() => has(element, '.safety-emoji'));
    expect(textOf(element, '.safety-emoji')).to.include('Cactus');
    find(element, '[part~=codes-match]').click();
    expect(placed.confirmed).to.deep.equal([true]);
    placed.changeSafety({ phase: 'confirmed', code: SAFETY_CODE });
    await until(() => textOf(element, '.safety').includes('this call is private'));
    expect(has(element, '[part~=codes-match]')).to.equal(false);
  });

  it('warns as an alert when the codes differ', async () => {
    const { element, placed } = await opened();
    placed.changeSafety({ phase: 'comparing', code: SAFETY_CODE });
    await until(() => has(element, '[part~=codes-differ]'));
    find(element, '[part~=codes-differ]').click();
    expect(placed.confirmed).to.deep.equal([false]);
    placed.changeSafety({ phase: 'failed', failure: 'codes-differ' });
    await until(() => has(element, '.safety [role=alert]'));
    expect(textOf(element, '.safety [role=alert]')).to.include('somebody may be listening in');
  });

  it('can be asked for again when the other side does not answer', async () => {
    const { element, placed } = await opened();
    placed.changeSafety({ phase: 'unanswered' });
    await until(() => has(element, '[part~=ask-again]'));
    find(element, '[part~=ask-again]').click();
    expect(placed.verified).to.equal(2);
  });
});
