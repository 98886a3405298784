import { XmppCallError } from '@xmpp-call/client/errors.js';
import type {
  Call,
  CallClient,
  CallClientOptions,
  CallMedia,
  ChosenDevices,
  ConnectionState,
  TransferRequestEvent,
} from '@xmpp-call/client';
import { XmppCallEndedEvent } from '../events/xmpp-call-ended.js';
import { XmppCallErrorEvent } from '../events/xmpp-call-error.js';
import { XmppCallIncomingEvent } from '../events/xmpp-call-incoming.js';
import { XmppCallStateChangeEvent } from '../events/xmpp-call-state-change.js';
import type { XmppCallState } from '../events/xmpp-call-state-change.js';
import { clientOptions } from './configuration.js';
import type { Configuration } from './configuration.js';
import type { Asked } from './owner-hints.js';
import { rememberedDevices } from './remembered-devices.js';
import type { SecondCall } from './second-call.js';

/** A call that did not reach this agent, kept to be shown. */
export interface Notice {
  readonly kind: 'missed' | 'elsewhere';
  readonly peer: string;
  /** ms since the epoch. */
  readonly at: number;
}

export interface CallControllerOptions {
  /** Where events are dispatched. */
  readonly target: EventTarget;
  readonly createClient: (options: CallClientOptions) => CallClient;
  /** @throws XmppCallError where this browser or page cannot call at all */
  readonly assertSupported: () => void;
  /** Something that is shown has changed. */
  readonly changed: () => void;
  /** The other side wants to pass this one on, or has come to a call that takes the place of this one. */
  readonly passedOn: (to: TransferRequestEvent<Call> | Call) => void;
  /** Undefined where a second call is busy: for visitors. */
  readonly createSecond: (session: CallController) => SecondCall | undefined;
}

const NOTICES_KEPT = 3;

/** The client of one element, its one call, and what is to be shown of them. Renders nothing itself. */
export class CallController {
  client: CallClient | undefined;
  call: Call | undefined;
  /** Why nothing works: no call is there to carry this error. */
  failure: XmppCallError | undefined;
  /** What went wrong in a call that goes on. */
  problem: XmppCallError | undefined;
  /** Bare JID of the agent who is signed in. */
  account: string | undefined;
  signingIn = false;
  answering = false;
  /** The camera is being turned on or off. */
  cameraPending = false;
  /** The other side wants to pass this one on. */
  transferRequest: TransferRequestEvent<Call> | undefined;
  notices: readonly Notice[] = [];
  /** ms for which both sides of the ended call were connected. */
  talkTime = 0;

  #state: XmppCallState = 'idle';
  /** What the last attempt was made with. */
  #asked: Asked = { agent: false, to: undefined, domain: undefined, service: undefined };
  #clientListeners = new AbortController();
  #callListeners = new AbortController();

  constructor(private readonly options: CallControllerOptions) {}

  get connection(): ConnectionState {
    return this.client?.connection ?? 'offline';
  }

  /** The devices that were chosen, for the next client too; undefined before there was one. */
  devices: ChosenDevices | undefined;

  /** Whether a call is there that has not ended. */
  get live(): boolean {
    return this.call !== undefined && this.call.state !== 'ended';
  }

  /** Whether there is something that a move within the page must not end. */
  get busy(): boolean {
    return this.live || this.signingIn || this.account !== undefined;
  }

  /** Places a call as an anonymous visitor, or from the agent's account when signed in. */
  startCall(configuration: Configuration, video: boolean): Call | undefined {
    if (this.live) return this.call;
    this.failure = undefined;
    this.#asked = { ...asked(configuration), agent: this.account !== undefined };
    try {
      const { to } = configuration;
      if (!to) throw missing('to');
      const call = this.#callingClient(configuration).call(to, { audio: true, video });
      this.adopt(call);
      return call;
    } catch (error) {
      this.#fail(asCallError(error));
      return undefined;
    }
  }

  /** Signs an agent in. @throws XmppCallError, which is also shown. */
  async signIn(configuration: Configuration, jid: string, password: string): Promise<void> {
    if (this.signingIn) throw new XmppCallError('invalid-state', { message: 'already signing in' });
    this.signingIn = true;
    this.failure = undefined;
    this.#asked = { ...asked(configuration), agent: true };
    try {
      // Somebody who could not answer is not to be announced as ready.
      this.options.assertSupported();
      const account = parseAccount(jid, configuration.domain);
      const client = this.#replaceClient(
        configuration,
        clientOptions(configuration, account.domain, { kind: 'password', username: account.username, password }),
      );
      this.options.changed();
      await client.connect();
      if (client !== this.client) throw new XmppCallError('invalid-state');
      this.account = `${account.username}@${account.domain}`;
    } catch (error) {
      const failure = asCallError(error);
      this.#releaseClient();
      this.#fail(failure);
      throw failure;
    } finally {
      this.signingIn = false;
      this.options.changed();
    }
  }

  /** Tries again to bring a lost connection of an agent back. */
  async reconnect(): Promise<void> {
    this.failure = undefined;
    this.options.changed();
    try {
      await this.client?.connect();
    } catch (error) {
      this.#fail(asCallError(error));
    }
  }

  async answer(video: boolean): Promise<void> {
    const call = this.call;
    if (call?.state !== 'incoming' || this.answering) return;
    this.answering = true;
    this.options.changed();
    try {
      await call.accept({ audio: true, video } satisfies CallMedia);
    } catch (error) {
      this.#setProblemOf(call, asCallError(error));
    } finally {
      if (call === this.call) this.answering = false;
      this.options.changed();
    }
  }

  reject(): void {
    if (this.call?.state === 'incoming') this.call.reject();
  }

  hangUp(): void {
    if (this.live) this.call?.hangUp();
  }

  toggleMuted(): void {
    if (this.live) this.call?.setMuted(!this.call.muted);
  }

  async toggleCamera(): Promise<void> {
    const call = this.call;
    if (call === undefined || !this.live || this.cameraPending) return;
    this.cameraPending = true;
    this.dismissProblem();
    try {
      await call.setCamera(!call.cameraOn);
    } catch (error) {
      this.#setProblemOf(call, asCallError(error));
    } finally {
      if (call === this.call) this.cameraPending = false;
      this.options.changed();
    }
  }

  dismissProblem(): void {
    this.problem = undefined;
    this.options.changed();
  }

  dismissNotice(notice: Notice): void {
    this.notices = this.notices.filter((other) => other !== notice);
    this.options.changed();
  }

  /** Puts an ended call and its error away. */
  clear(): void {
    if (!this.live) this.#forget();
  }

  /** Hangs up and closes the connection; the session can be used again afterwards. */
  dispose(): void {
    this.hangUp();
    this.#callListeners.abort();
    this.#releaseClient();
    this.account = undefined;
    this.notices = [];
    this.#forget();
  }

  #forget(): void {
    this.call = undefined;
    this.failure = undefined;
    this.problem = undefined;
    this.#dispatchState();
    this.options.changed();
  }

  #callingClient(configuration: Configuration): CallClient {
    if (this.client && this.account !== undefined) return this.client;
    const { domain } = configuration;
    if (!domain) throw missing('domain');
    return this.#replaceClient(configuration, clientOptions(configuration, domain, { kind: 'anonymous' }));
  }

  #replaceClient({ rememberDevices }: Configuration, options: CallClientOptions): CallClient {
    this.#releaseClient();
    this.devices ??= rememberDevices ? rememberedDevices() : {};
    const client = this.options.createClient({ ...options, devices: this.devices });
    this.client = client;
    this.#clientListeners = new AbortController();
    const { signal } = this.#clientListeners;
    client.addEventListener('connection-change', () => this.#connectionChanged(client), { signal });
    client.addEventListener('incoming-call', (event) => this.#incoming(event.call), { signal });
    return client;
  }

  #releaseClient(): void {
    const client = this.client;
    if (client === undefined) return;
    this.client = undefined;
    this.account = undefined;
    this.#clientListeners.abort();
    client.dispose().catch((error: unknown) => tellOwner(asCallError(error), this.#asked));
  }

  #connectionChanged(client: CallClient): void {
    if (client.connection === 'online') this.failure = undefined;
    const error = client.connectionError;
    const reported = this.signingIn || this.live || this.failure === error;
    if (client.connection === 'offline' && error !== undefined && !reported && this.account !== undefined) {
      this.#fail(error);
    }
    this.options.changed();
  }

  /** The call beside the one that is shown, for agents. */
  second: SecondCall | undefined;

  #incoming(call: Call): void {
    const { call: before } = this;
    if (before && this.live && call.replaces === before) this.options.passedOn(call);
    if (this.live && this.account !== undefined) this.second ??= this.options.createSecond(this);
    if (this.live && this.second === undefined) return;
    if (this.live) this.second?.take(call);
    else this.adopt(call);
    this.options.target.dispatchEvent(new XmppCallIncomingEvent(call));
  }

  /** Shows a call in place of what is shown. */
  adopt(call: Call): void {
    this.#callListeners.abort();
    this.#callListeners = new AbortController();
    const { signal } = this.#callListeners;
    this.call = call;
    this.problem = undefined;
    this.transferRequest = undefined;
    this.failure = undefined;
    this.answering = false;
    this.cameraPending = false;
    call.addEventListener('state-change', () => this.#callChanged(call), { signal });
    call.addEventListener('transfer-request', (event) => this.options.passedOn(event), { signal });
    call.addEventListener('call-error', (event) => this.showProblem(event.error), { signal });
    for (const type of [
      'streams-change',
      'media-change',
      'remote-change',
      'receiving-change',
      'abilities-change',
      'safety-code-change',
      'chat-change',
    ] as const) {
      call.addEventListener(type, this.options.changed, { signal });
    }
    this.#callChanged(call);
  }

  #callChanged(call: Call): void {
    if (call !== this.call) return;
    if (call.state === 'ended') {
      this.#callListeners.abort();
      this.talkTime = talkTimeOf(call);
    }
    this.#dispatchState();
    if (call.state === 'ended') this.#callEnded(call);
    const next = call.state === 'ended' ? this.second?.successor() : undefined;
    if (next) this.adopt(next);
    this.options.changed();
  }

  #callEnded(call: Call): void {
    const kind = missedKind(call);
    if (kind !== undefined && this.account !== undefined) {
      this.notices = [{ kind, peer: call.peer, at: Date.now() }, ...this.notices].slice(0, NOTICES_KEPT);
    }
    if (call.error !== undefined) this.#report(call.error);
    this.options.target.dispatchEvent(new XmppCallEndedEvent(call, this.talkTime));
  }

  #dispatchState(): void {
    const previous = this.#state;
    this.#state = this.call?.state ?? 'idle';
    if (previous !== this.#state) {
      this.options.target.dispatchEvent(new XmppCallStateChangeEvent(this.#state, previous, this.call));
    }
  }

  /** Nothing for a call that has ended: its own error says more. */
  #setProblemOf(call: Call, error: XmppCallError): void {
    if (call === this.call && this.live) this.showProblem(error);
  }

  showProblem(error: XmppCallError): void {
    const known = this.problem?.code === error.code && this.problem.device === error.device;
    this.problem = error;
    if (!known) this.#report(error);
    this.options.changed();
  }

  #fail(error: XmppCallError): void {
    this.failure = error;
    this.#report(error);
    this.options.changed();
  }

  #report(error: XmppCallError): void {
    tellOwner(error, this.#asked);
    this.options.target.dispatchEvent(new XmppCallErrorEvent(error, this.call));
  }
}

/** Whether packets of the other side arrive, as far as is known: a client of the integrator's own may not tell. */
export function receives({ receiving = true }: Partial<Call>): boolean {
  return receiving;
}

/** ms for which both sides of a call that ends now were connected. */
export function talkTimeOf({ activeSince }: Call): number {
  return activeSince === undefined ? 0 : Math.max(0, Date.now() - activeSince);
}

/** How an incoming call passed this agent by; undefined for calls they took or refused themselves. */
function missedKind(call: Call): Notice['kind'] | undefined {
  if (call.direction !== 'incoming' || call.activeSince !== undefined) return undefined;
  if (call.endReason === 'answered-elsewhere') return 'elsewhere';
  const passedBy = call.endReason === 'cancelled' || call.endReason === 'remote-hang-up';
  return passedBy || call.error?.code === 'no-answer' ? 'missed' : undefined;
}

/** Tells the owner of the page in the console; most calls have nothing to tell, so that the code loads with the first error. */
function tellOwner(error: XmppCallError, what: Asked): void {
  import('./owner-hints.js').then(
    ({ logForOwner }) => {
      logForOwner(error, what);
    },
    () => {
      console.warn(`<xmpp-call> ${error.code}`, error);
    },
  );
}

/** Splits `name@domain/resource`; `domain` fills in where only a name was entered. */
function parseAccount(jid: string, defaultDomain: string | undefined): { username: string; domain: string } {
  const [bare = ''] = jid.trim().split('/', 1);
  const [username, domain = defaultDomain, ...rest] = bare.split('@');
  if (!username || !domain || rest.length > 0) {
    throw new XmppCallError('invalid-address', { message: 'not an address of the form name@domain' });
  }
  return { username, domain };
}

function asked({ to, domain, service }: Configuration): Omit<Asked, 'agent'> {
  return { to, domain, service };
}

function missing(attribute: string): XmppCallError {
  return new XmppCallError('invalid-address', { message: `attribute "${attribute}" is missing` });
}

function asCallError(error: unknown): XmppCallError {
  return error instanceof XmppCallError ? error : new XmppCallError('internal', { cause: error });
}
