import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import { render } from 'lit';
import { linkedText } from './panel/features/linked-text.js';
import { cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

async function active() {
  const fixture = await mountCall();
  fixture.placed.activate();
  await settled(fixture.element);
  return fixture;
}

async function opened() {
  const fixture = await active();
  const { element } = fixture;
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=chat]'));
  find(element, '[part~=chat]').click();
  await until(() => has(element, '.chat-field'));
  return fixture;
}

function fieldOf(element: XmppCallElement): HTMLTextAreaElement {
  return find(element, '.chat-field') as HTMLTextAreaElement;
}

function type(element: XmppCallElement, text: string): void {
  fieldOf(element).value = text;
  fieldOf(element).dispatchEvent(new InputEvent('input', { bubbles: true }));
}

function press(element: XmppCallElement, key: string, more: KeyboardEventInit = {}): void {
  fieldOf(element).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}

describe('the messages of a call', () => {
  afterEach(cleanUp);

  it('are sent by Enter, and Shift+Enter or a key of an input method makes no message', async () => {
    const { element, placed } = await opened();
    await until(() => element.shadowRoot?.activeElement === fieldOf(element));
    type(element, 'Hello\nyou');
    expect(placed.composed.at(-1)).to.deep.equal([true, 'Hello\nyou']);
    press(element, 'Enter', { shiftKey: true });
    press(element, 'Enter', { isComposing: true });
    expect(placed.messages).to.have.length(0);
    press(element, 'Enter');
    await until(() => has(element, '[part=message]'));
    expect(placed.messages.map(({ text }) => text)).to.deep.equal(['Hello\nyou']);
    expect(fieldOf(element).value).to.equal('');
  });

  it('are not sent without a text', async () => {
    const { element, placed } = await opened();
    type(element, '  \n ');
    press(element, 'Enter');
    find(element, '[part~=send]').click();
    await settled(element);
    expect(placed.messages).to.have.length(0);
  });

  it('stand in the field again when they cannot be sent, and that is said', async () => {
    const { element, placed } = await opened();
    placed.sendError = new XmppCallError('invalid-state');
    type(element, 'Do not lose this');
    find(element, '[part~=send]').click();
    await until(() => textOf(element, '.chat').includes('This was not sent'));
    expect(fieldOf(element).value).to.equal('Do not lose this');
  });

  it('keep what is in the field while the pane is closed', async () => {
    const { element, placed } = await opened();
    type(element, 'half a sent');
    find(element, '[part~=pane-close]').click();
    await until(() => !has(element, '.chat'));
    expect(placed.composed.at(-1)).to.deep.equal([false, '']);
    placed.addMessage('Hello?');
    await until(() => has(element, '[part~=unread]'));
    expect(textOf(element, '[part~=unread]')).to.include('New message');
    find(element, '[part~=unread]').click();
    await until(() => has(element, '.chat-field'));
    expect(fieldOf(element).value).to.equal('half a sent');
    find(element, '[part~=pane-close]').click();
    await until(() => !has(element, '.chat'));
    expect(has(element, '[part~=unread]'), 'it was shown').to.equal(false);
  });

  it('are text with links, whatever is in them', async () => {
    const { element, placed } = await opened();
    placed.addMessage(
      '<img src=x onerror=alert(1)> see https://example.org/a?b=c&d. javascript:alert(1) https://a.example@b.example',
    );
    await until(() => has(element, '.message a'));
    expect(has(element, '.message img')).to.equal(false);
    const links = [...(element.shadowRoot?.querySelectorAll<HTMLAnchorElement>('.message a') ?? [])];
    expect(links.map(({ href }) => href)).to.deep.equal(['https://example.org/a?b=c&d']);
    expect(links[0]?.rel).to.equal('noopener noreferrer nofollow');
    expect(links[0]?.target).to.equal('_blank');
  });

  it('show what the peer is writing', async () => {
    const { element, placed } = await opened();
    placed.changeTyping({ composing: true, text: '' });
    await until(() => textOf(element, '.chat').includes('is writing'));
    placed.changeTyping({ composing: true, text: 'Hell' });
    await until(() => has(element, '[part=typing]'));
    expect(textOf(element, '[part=typing]')).to.equal('Hell');
    placed.changeTyping({ composing: false, text: '' });
    await until(() => !has(element, '[part=typing]'));
  });

  it('are not offered where the page wants none', async () => {
    const { element, placed } = await active();
    element.chat = 'off';
    placed.addMessage('Hello?');
    await settled(element);
    expect(has(element, '[part~=unread]')).to.equal(false);
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=menu]'));
    expect(has(element, '[part~=chat]')).to.equal(false);
  });
});

describe('a text with links', () => {
  it('keeps all of its characters', () => {
    for (const text of [
      '',
      'https://',
      'a https://x.example b',
      '(see http://x.example/a)',
      'https://x.example,https://y.example!',
    ]) {
      const box = document.createElement('p');
      render(linkedText(text), box);
      expect(box.textContent).to.equal(text);
    }
  });
});
