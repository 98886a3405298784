import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import { cleanUp, find, has, mountCall, nextEvent, settled, textOf, until } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

const ABLE = { canSendTones: true, canTransfer: true };

async function open(feature: string, attributes?: Readonly<Record<string, string>>) {
  const fixture = await mountCall(attributes);
  const { element, placed } = fixture;
  placed.activate();
  placed.changeAbilities(ABLE);
  await settled(element);
  find(element, '[part~=more]').click();
  await until(() => has(element, `[part~=${feature}]`));
  find(element, `[part~=${feature}]`).click();
  await until(() => has(element, `[part~=pane-${feature}] :is(form, .dial-pad)`));
  return fixture;
}

const keys = (element: XmppCallElement) => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part~=key]') ?? []),
];

describe('the dial pad', () => {
  afterEach(cleanUp);

  it('is offered only where tones can be sent, and a transfer only where the other side takes it', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    placed.changeAbilities({ canSendTones: true });
    await settled(element);
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=dial-pad]'));
    expect(has(element, '[part~=menu-item][part~=transfer]')).to.equal(false);
    expect(has(element, '[part~=transfer-request]')).to.equal(false);
    placed.changeAbilities({ canSendTones: false, canTransfer: true });
    await until(() => !has(element, '[part~=dial-pad]') && has(element, '[part~=menu-item][part~=transfer]'));
  });

  it('sends its keys, those of the keyboard, and what is pasted', async () => {
    const { element, placed } = await open('dial-pad');
    expect(keys(element).map(({ textContent }) => textContent.trim()[0])).to.deep.equal(Array.from('123456789*0#'));
    keys(element)[4]?.click();
    keys(element)[4]?.dispatchEvent(new KeyboardEvent('keydown', { key: '#', bubbles: true, composed: true }));
    keys(element)[4]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, composed: true }));
    const field = find(element, '[part~=sent-keys]', HTMLInputElement);
    const paste = new InputEvent('beforeinput', { data: '12 34', inputType: 'insertFromPaste', cancelable: true });
    field.dispatchEvent(paste);
    expect(paste.defaultPrevented).to.equal(true);
    expect(placed.tones).to.deep.equal(['5', '#', '12 34']);
    await until(() => field.value === '5#12 34');
  });

  it('says what cannot be sent, and forgets what was when it is closed', async () => {
    const { element, placed } = await open('dial-pad');
    const field = find(element, '[part~=sent-keys]', HTMLInputElement);
    field.dispatchEvent(new InputEvent('beforeinput', { data: 'pizza', cancelable: true }));
    await until(() => has(element, '.dial-pad [role=alert]'));
    keys(element)[0]?.click();
    await until(() => !has(element, '.dial-pad [role=alert]'));
    find(element, '[part~=pane-back]').click();
    await until(() => has(element, '[part~=menu]'));
    find(element, '[part~=dial-pad]').click();
    await until(() => has(element, '[part~=sent-keys]'));
    expect(find(element, '[part~=sent-keys]', HTMLInputElement).value).to.equal('');
    expect(placed.tones).to.deep.equal(['1']);
  });
});

describe('passing a call on', () => {
  afterEach(cleanUp);

  it('asks the other side, and says where it stays', async () => {
    const { element, placed } = await open('transfer');
    let refuse: (error: Error) => void = () => undefined;
    placed.goesOver = new Promise((_, reject) => {
      refuse = reject;
    });
    const field = find(element, '[part~=transfer-to]', HTMLInputElement);
    field.value = ' boss@example.org ';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    find(element, '[part~=transfer-now]').click();
    await until(() => textOf(element).includes('is being connected'));
    expect(placed.transfers).to.deep.equal(['boss@example.org']);
    refuse(new XmppCallError('declined'));
    await until(() => textOf(element).includes('The call goes on.'));
    expect(placed.state).to.equal('active');
  });

  it('by the other side is asked about; the call of before is shown again where the next is not answered', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    placed.askToCall('eve@example.net/\u202eboss');
    await until(() => has(element, '[part~=take-transfer]'));
    expect(textOf(element, '[part~=transfer-address]')).to.equal('eve@example.net');
    find(element, '[part~=take-transfer]').click();
    await until(() => element.call === placed.next);
    expect(placed.muted).to.equal(true);
    placed.next?.fail('declined');
    await until(() => element.call === placed);
    expect(placed.muted).to.equal(false);
    expect(has(element, '[part~=hang-up]')).to.equal(true);
  });

  it('by the other side leads to the next call, and the one of before is reported as ended', async () => {
    const { element, placed } = await mountCall({
      domain: 'guest.example.org',
      to: 'support@example.org',
      silent: '',
      lang: 'en',
      transfers: 'accept',
    });
    placed.activate();
    placed.askToCall('boss@example.org');
    await until(() => element.call === placed.next);
    const ended = nextEvent(element, 'xmpp-call-ended');
    placed.next?.activate();
    placed.end('local-hang-up');
    expect((await ended).call).to.equal(placed);
    expect(element.call).to.equal(placed.next);
  });

  it('is refused by the user, or by the page', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    placed.askToCall('boss@example.org');
    await until(() => has(element, '[part~=refuse-transfer]'));
    find(element, '[part~=refuse-transfer]').click();
    expect(placed.refusedTransfers).to.equal(1);
    await until(() => !has(element, '[part~=refuse-transfer]'));
    element.setAttribute('transfers', 'refuse');
    placed.askToCall('boss@example.org');
    await until(() => placed.refusedTransfers === 2);
    expect(has(element, '[part~=take-transfer]')).to.equal(false);
  });
});

describe('words of the other side about the end', () => {
  afterEach(cleanUp);

  it('are quoted as text', async () => {
    const { element, placed } = await mountCall();
    placed.peerText = '<img src=x onerror=alert(1)>\n\u202eCall me';
    placed.fail('declined');
    await settled(element);
    const quote = find(element, '[part~=peer-text]');
    expect(quote.textContent).to.equal('<img src=x onerror=alert(1)> Call me');
    expect(quote.dir).to.equal('auto');
    expect(quote.children).to.have.length(0);
  });
});
