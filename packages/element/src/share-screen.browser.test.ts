import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import { cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';

async function share(error?: XmppCallError) {
  const fixture = await mountCall();
  const { element, placed } = fixture;
  placed.activate();
  placed.sharingError = error;
  await settled(element);
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=share-screen]'));
  find(element, '[part~=share-screen]').click();
  await until(() => !has(element, '[part~=menu]'));
  return fixture;
}

describe('a shared screen', () => {
  afterEach(cleanUp);

  it('is said, with a button that ends it', async () => {
    const { element, placed } = await share();
    await until(() => has(element, '[part~=stop-sharing]'));
    expect(placed.sharing).to.equal(true);
    expect(textOf(element, '[part=note]')).to.include('sees your screen');
    find(element, '[part~=stop-sharing]').click();
    await until(() => !has(element, '[part~=stop-sharing]'));
    expect(placed.sharing).to.equal(false);
  });

  it('is not missed by who chose nothing', async () => {
    const { element } = await share(new XmppCallError('permission-denied'));
    await settled(element);
    expect(has(element, '.problem')).to.equal(false);
  });

  it('says why it cannot be', async () => {
    const { element } = await share(new XmppCallError('media-failed'));
    await until(() => has(element, '.problem'));
  });
});
