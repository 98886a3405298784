import '../define.js';
import { XmppCallElement } from '../xmpp-call.js';
import { FakeClock } from './fake-clock.testing.js';
import { FakeClient } from './fake-client.testing.js';
import type { FakeCall } from './fake-client.testing.js';

export interface Fixture {
  readonly element: XmppCallElement;
  /** Every client that the element created, in order. */
  readonly clients: FakeClient[];
  /** The newest client. */
  readonly client: () => FakeClient;
  /** The newest call of the newest client. */
  readonly call: () => FakeCall;
}

/** Attributes of a visitor's element. */
export const VISITOR = { domain: 'guest.example.org', to: 'support@example.org', silent: '', lang: 'en' } as const;
/** Attributes of an agent's element. */
export const AGENT = { mode: 'agent', silent: '', lang: 'en' } as const;

const mounted: XmppCallElement[] = [];

/** Puts an element with a fake client into the page; `prepare` may script each client before it is used. */
export function mount(
  attributes: Readonly<Record<string, string>> = VISITOR,
  prepare: (client: FakeClient) => void = () => undefined,
  parent: Node = document.body,
  tag = 'xmpp-call',
): Fixture {
  const element = document.createElement(tag as 'xmpp-call');
  mounted.push(element);
  const clients: FakeClient[] = [];
  element.clientFactory = (options) => {
    const client = new FakeClient(options);
    prepare(client);
    clients.push(client);
    return client;
  };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.appendChild(element);
  return {
    element,
    clients,
    client: () => last(clients, 'client'),
    call: () => last(last(clients, 'client').calls, 'call'),
  };
}

/** Its time is the test's. */
class ClockedElement extends XmppCallElement {
  readonly clock = new FakeClock();

  protected override createPanel(
    module: Parameters<XmppCallElement['createPanel']>[0],
  ): ReturnType<XmppCallElement['createPanel']> {
    return super.createPanel(module, this.clock);
  }
}
customElements.define('xmpp-call-clocked', ClockedElement);

/** An element whose time stands still unless the test moves it. */
export function mountClocked(
  attributes: Readonly<Record<string, string>> = VISITOR,
  parent: Node = document.body,
): Fixture & { readonly clock: FakeClock } {
  const fixture = mount(attributes, undefined, parent, 'xmpp-call-clocked');
  if (!(fixture.element instanceof ClockedElement)) throw new Error('the element has no clock');
  return { ...fixture, clock: fixture.element.clock };
}

/** A visitor who has placed a call. */
export async function mountCall(
  attributes: Readonly<Record<string, string>> = VISITOR,
): Promise<Fixture & { readonly placed: FakeCall }> {
  const fixture = mount(attributes);
  await fixture.element.startCall();
  await settled(fixture.element);
  return { ...fixture, placed: fixture.call() };
}

/** An agent who has signed in. */
export async function mountAgent(attributes: Readonly<Record<string, string>> = AGENT): Promise<Fixture> {
  const fixture = mount(attributes);
  await fixture.element.signIn('anna@example.org', 'secret');
  await settled(fixture.element);
  return fixture;
}

/** Waits until an element shows its newest state, in its language. */
export async function settled(element: XmppCallElement): Promise<void> {
  while (!(await element.updateComplete));
}

/** The first match in the element's shadow root; throws without one. */
export function find(element: XmppCallElement, selector: string): HTMLElement;
export function find<E extends HTMLElement>(element: XmppCallElement, selector: string, type: new () => E): E;
export function find(element: XmppCallElement, selector: string, type = HTMLElement): HTMLElement {
  const found = element.shadowRoot?.querySelector(selector);
  if (!(found instanceof type))
    throw new Error(`nothing matches ${selector} in ${element.shadowRoot?.textContent ?? ''}`);
  return found;
}

export function has(element: XmppCallElement, selector: string): boolean {
  return Boolean(element.shadowRoot?.querySelector(selector));
}

/** What can be read in an element, with white space made single. */
export function textOf(element: XmppCallElement, selector = '.panel'): string {
  return find(element, selector).textContent.replace(/\s+/g, ' ').trim();
}

/** The next event of a type. */
export function nextEvent<K extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  type: K,
): Promise<HTMLElementEventMap[K]> {
  return new Promise((resolve) => {
    target.addEventListener(type, resolve, { once: true });
  });
}

/** Waits until a condition holds, looking at it in each frame; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Puts another method in the place of a browser's; returns what puts the old one back. */
export function replaceMethod<T extends object, K extends keyof T>(target: T, name: K, method: T[K]): () => void {
  const original = Object.getOwnPropertyDescriptor(target, name);
  if (original === undefined) throw new Error(`there is no method ${String(name)}`);
  Object.defineProperty(target, name, { ...original, value: method });
  return () => {
    Object.defineProperty(target, name, original);
  };
}

/** Removes what tests left in the page. */
export function cleanUp(): void {
  for (const element of mounted.splice(0)) {
    // Removal alone leaves time for coming back.
    element.signOut();
    element.remove();
  }
  for (const element of document.querySelectorAll('[data-fixture]')) element.remove();
}

function last<T>(list: readonly T[], what: string): T {
  const item = list.at(-1);
  if (item === undefined) throw new Error(`there is no ${what}`);
  return item;
}
