import type { Call, CallClient, CallClientOptions, ChatPreference, MediaCorePreference } from '@xmpp-call/client';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import { LitElement, html, nothing } from 'lit';
import type { CSSResult, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { CustomStates } from './custom-states.js';
import { XmppCallErrorEvent } from './events/xmpp-call-error.js';
import { XmppCallRequestEvent } from './events/xmpp-call-request.js';
import type { Clock } from './panel/clock.js';
import type { Configuration } from './panel/configuration.js';
import type { ToneRegion } from './panel/tone-plans.js';
import type { PanelHost } from './panel/panel-host.js';
import type * as panelModule from './panel/call-panel.js';
import type { CallPanel } from './panel/call-panel.js';
import { importAgain } from './import-again.js';
import { launcherView } from './launcher-view.js';
import { showCallElsewhere } from './live-calls.js';
import { languageFor } from './locales/index.js';
import type { LauncherStrings } from './locales/launcher-strings.js';
import { nearestLanguage } from './locales/nearest-language.js';
import type { StringsOverride } from './locales/strings.js';
import { onServer } from './on-server.js';
import { adoptStyles } from './styles-of-documents.js';
import { VERSION } from './version.js';
import styles from './xmpp-call.styles.js';

export interface StartCallOptions {
  /** Whether the call starts with the camera on; the attribute `video` where it is not given. */
  readonly video?: boolean;
}

/** Creates the client that an element uses. */
export type ClientFactory = (options: CallClientOptions) => CallClient;

/**
 * A button that calls somebody over XMPP and shows the call in its place; with `mode="agent"` the view of those who
 * answer.
 *
 * @attr lang - Language (`en`, `de`); by default that of the nearest element with one, else the browser's; English for others.
 *
 * @slot - Label of the button.
 * @slot icon - Icon of the button.
 * @slot avatar - Picture of the other side while there is no video; decorative.
 *
 * @event {XmppCallRequestEvent} xmpp-call-request - A call is about to be placed; cancelable.
 * @event {XmppCallStateChangeEvent} xmpp-call-state-change - The call changed its state.
 * @event {XmppCallIncomingEvent} xmpp-call-incoming - A call came in (agent).
 * @event {XmppCallQualityEvent} xmpp-call-quality - The quality of the call became known, or changed.
 * @event {XmppCallEndedEvent} xmpp-call-ended - A call is over.
 * @event {XmppCallErrorEvent} xmpp-call-error - Something failed.
 *
 * @csspart launcher - The button.
 * @csspart minimized - The button that stands for a minimized call; it is a `launcher` too.
 * @csspart panel - The box of the call, of the sign-in form and of the agent's view.
 * @csspart stage - The area of the pictures.
 * @csspart remote-video - The picture of the other side.
 * @csspart self-view - One's own picture.
 * @csspart avatar - The round picture shown without video.
 * @csspart peer - Name of the other side.
 * @csspart status - State of the call or of the connection.
 * @csspart timer - Time since the call was answered.
 * @csspart quality - Beside it while the quality is weak or bad.
 * @csspart note - A remark about a call.
 * @csspart error - A failure and what to do about it.
 * @csspart controls - Row of the call's buttons.
 * @csspart control - One of these buttons.
 * @csspart mute - Turns the microphone off and on.
 * @csspart camera - Turns the camera on and off.
 * @csspart hang-up - Ends the call.
 * @csspart more - Opens the menu of what a call offers beside these.
 * @csspart menu - This menu.
 * @csspart menu-item - An entry of it; also by its name, such as `full-screen`.
 * @csspart pane - What an entry opens over the stage; also by its name, such as `pane-chat`.
 * @csspart pane-back - Leads from it back to the menu.
 * @csspart pane-close - Closes it.
 * @csspart sent-keys - The field of the dial pad, which shows the keys that were sent.
 * @csspart key - A key of the dial pad.
 * @csspart transfer-to - The field for the address of a transfer.
 * @csspart transfer-now - Transfers the call to it.
 * @csspart connect - Connects the other side with that of another call.
 * @csspart transfer-text - Says that the other side wants to transfer the call.
 * @csspart transfer-address - Whom it names.
 * @csspart take-transfer - Calls that address.
 * @csspart refuse-transfer - Stays in the call.
 * @csspart messages - The messages of the call.
 * @csspart message - One of them.
 * @csspart typing - What the other side is writing, letter by letter.
 * @csspart message-field - The field for a message.
 * @csspart send - Its button.
 * @csspart device - A list of microphones, cameras or loudspeakers.
 * @csspart level - How loud the microphone is.
 * @csspart second-call - The call beside the one that is shown.
 * @csspart answer-second - Answers it and puts the shown one on hold.
 * @csspart decline-second - Declines it.
 * @csspart swap - Shows the call that is on hold.
 * @csspart unread - Opens messages that were not seen yet.
 * @csspart save-report - Saves what is known of the connection.
 * @csspart shorten-addresses - Whether addresses are shortened there.
 * @csspart safety-words - The code to compare, as words.
 * @csspart safety-emoji - The same as pictures.
 * @csspart show-words - Shows the words.
 * @csspart show-emoji - Shows the pictures.
 * @csspart codes-match - Says that both sides have the same code.
 * @csspart codes-differ - Says that they have not.
 * @csspart ask-again - Asks the other side for a code once more.
 * @csspart minimize - Makes the panel a button while the call goes on.
 * @csspart incoming - An incoming call.
 * @csspart answer - Answers with sound.
 * @csspart answer-video - Answers with sound and camera.
 * @csspart decline - Declines.
 * @csspart silence - Stops the ring tone.
 * @csspart outcome - How a call ended.
 * @csspart summary - The words of `outcome` when nothing failed.
 * @csspart peer-text - What the other side said about the end, quoted.
 * @csspart button - Every button with a text in it.
 * @csspart call-again - Calls again.
 * @csspart close - Closes the panel.
 * @csspart stop-sharing - Ends the sharing of the screen.
 * @csspart resume - Takes the call off hold.
 * @csspart hear - Starts the sound where the browser held it back.
 * @csspart dismiss - Puts a remark away.
 * @csspart sign-in - The sign-in form.
 * @csspart input - A field of this form.
 * @csspart submit - Its button.
 * @csspart ready - An agent's view between calls.
 * @csspart account - The agent's address.
 * @csspart sign-out - Signs the agent out.
 * @csspart retry - Tries to connect again.
 *
 * @cssstate loading - The code for calls is being loaded.
 * @cssstate open - The panel is shown.
 * @cssstate calling - A call is being placed.
 * @cssstate ringing - It rings at the other side.
 * @cssstate incoming - A call wants to be answered.
 * @cssstate connecting - Answered, and connecting sound and video.
 * @cssstate active - Both sides are connected.
 * @cssstate held - The other side put the call on hold.
 * @cssstate on-hold - The call was put on hold here.
 * @cssstate reconnecting - The connection of the call is interrupted.
 * @cssstate ended - A call has ended and its summary is shown.
 * @cssstate error - A failure is shown.
 * @cssstate muted - The microphone is off.
 * @cssstate signed-in - An agent is signed in.
 *
 * @cssproperty [--xmpp-call-accent] - Colour of the button and of the main actions.
 * @cssproperty [--xmpp-call-accent-text] - Text on it; black or white by default, whichever is legible.
 * @cssproperty [--xmpp-call-background] - Background of the panel.
 * @cssproperty [--xmpp-call-text] - Text in the panel.
 * @cssproperty [--xmpp-call-radius=20px] - Corners of the panel; smaller parts follow it.
 * @cssproperty [--xmpp-call-font=inherit] - Font family.
 * @cssproperty [--xmpp-call-font-size=medium] - Size of the panel's text, from which its measures follow; `medium` is the reader's own.
 * @cssproperty [--xmpp-call-width=22em] - Width of the panel; never more than there is.
 */
export class XmppCallElement extends LitElement implements PanelHost {
  static readonly version = VERSION;
  static override styles: CSSResult = styles;
  static override properties: PropertyDeclarations = {
    service: {},
    domain: {},
    to: {},
    mode: {},
    video: { type: Boolean },
    label: {},
    calleeName: { attribute: 'callee-name' },
    ringTimeout: { attribute: 'ring-timeout', type: Number },
    iceTransportPolicy: { attribute: 'ice-transport-policy' },
    workerSrc: { attribute: 'worker-src' },
    mediaCore: { attribute: 'media-core' },
    silent: { type: Boolean },
    chat: {},
    maxCalls: { attribute: 'max-calls', type: Number },
    releaseMicrophone: { attribute: 'release-microphone', type: Boolean },
    rememberDevices: { attribute: 'remember-devices', type: Boolean },
    tones: {},
    refusePlain: { attribute: 'refuse-plain', type: Boolean },
    multipleCalls: { attribute: 'multiple-calls', type: Boolean },
    transfers: {},
    iceServers: { attribute: false },
    strings: { attribute: false },
    clientFactory: { attribute: false },
    loading: { state: true },
    loadFailed: { state: true },
  };

  /** WebSocket URL of the XMPP server; found by host-meta of `domain` when absent. */
  declare service: string | undefined;
  /** XMPP domain to log in to: one with anonymous login for visitors, that of their accounts for agents. Needed. */
  declare domain: string | undefined;
  /** JID to call; a visitor needs one. A change during a call applies to the next one. */
  declare to: string | undefined;
  /** `visitor` (default) shows a button that calls `to`; `agent` shows a sign-in form and then incoming calls. */
  declare mode: 'visitor' | 'agent';
  /** Calls start with the camera on. Without it they start with sound, and the camera can be turned on later. */
  declare video: boolean;
  /** Text of the button, unless the element has content; by default "Call us" or "Video call" in the element's language. */
  declare label: string | undefined;
  /** Name to show in place of the address that is called. */
  declare calleeName: string | undefined;
  /** Seconds until an unanswered call is given up; 45 by default. */
  declare ringTimeout: number | undefined;
  /** `relay` sends media through TURN only. */
  declare iceTransportPolicy: RTCIceTransportPolicy | undefined;
  /** URL of `signaling.worker.js` where it is not beside the script; http(s) of the page's or the script's origin. */
  declare workerSrc: string | undefined;
  /** Codecs: `auto` (default, ours between two widgets), `native` (the browser's) or `wasm`. */
  declare mediaCore: MediaCorePreference | undefined;
  /** No tone is played, neither of progress nor for an incoming call. */
  declare silent: boolean;
  /** Whose ring-back, busy and congestion tones a caller hears: `eu`, `uk`, `us`, `jp`; `auto` (default) goes by the reader's time zone and language. */
  declare tones: ToneRegion | 'auto' | undefined;
  /** Messages beside the call: `on` (default), `real-time` (also letter by letter, where both sides want that) or `off`. */
  declare chat: ChatPreference | undefined;
  /** For agents: with 2 a second call is shown while the first goes on, which is put on hold to answer it. By default 1: it is busy. */
  declare maxCalls: 1 | 2 | undefined;
  /** Muting stops the microphone, so that the system's light goes out; unmuting takes a moment. */
  declare releaseMicrophone: boolean;
  /** Stores in the browser which devices were chosen. Without it they hold for the page. */
  declare rememberDevices: boolean;
  /** For agents: never sends the password itself (SASL PLAIN). */
  declare refusePlain: boolean;
  /** Calls although another element of the page is in a call; otherwise that call is brought into view instead. */
  declare multipleCalls: boolean;
  /** The other side wants to transfer the call: `ask` (default), `accept` or `refuse`. */
  declare transfers: 'ask' | 'accept' | 'refuse' | undefined;
  /** STUN and TURN servers in addition to those that the XMPP server names. */
  declare iceServers: readonly RTCIceServer[] | undefined;
  /** Own words in place of the widget's. */
  declare strings: StringsOverride | undefined;
  /** Replaces the client, for tests and for integrators who bring their own. Read when a client is needed. */
  declare clientFactory: ClientFactory | undefined;
  declare protected loading: boolean;
  declare protected loadFailed: boolean;

  readonly #states = onServer ? undefined : new CustomStates(this.attachInternals());
  readonly #contentObserver = onServer ? undefined : new MutationObserver(() => this.requestUpdate());
  #panel: CallPanel | undefined;
  #panelStyles: readonly CSSResult[] = [];
  #loadingPanel: Promise<CallPanel> | undefined;
  #starting: Promise<Call | undefined> | undefined;

  constructor() {
    super();
    this.mode = 'visitor';
    this.video = false;
    this.silent = false;
    this.rememberDevices = false;
    this.releaseMicrophone = false;
    this.refusePlain = false;
    this.multipleCalls = false;
    this.loading = false;
    this.loadFailed = false;
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  /** The connection, once there is one: for what this element does not offer itself. */
  get client(): CallClient | undefined {
    return this.#panel?.session.client;
  }

  /** The call that is shown; it may have ended. */
  get call(): Call | undefined {
    return this.#panel?.session.call;
  }

  /** What attributes and properties say about the connection. */
  get configuration(): Configuration {
    return this;
  }

  /**
   * Calls `to`. Resolves to the call, which may already have failed, or to undefined when the request was cancelled or
   * the element was removed meanwhile. Shows a call that is going on instead of starting a second one: to undefined where
   * another element of the page has it, unless `multipleCalls`.
   * @throws XmppCallError `internal` when the code for calls does not load, `invalid-state` outside of a document and
   *   for an agent who is not signed in
   */
  startCall(options: StartCallOptions = {}): Promise<Call | undefined> {
    this.#starting ??= this.#startCall(options.video ?? this.video).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Brings the call that is going on into view; does nothing without one. */
  showCall(): void {
    if (this.#panel?.session.live) void this.#panel.showCall();
  }

  /** Ends the call, in any state; does nothing without one. */
  hangUp(): void {
    this.#panel?.session.hangUp();
  }

  /**
   * Signs an agent in. The password is handed to the client and not kept.
   * @param jid bare JID; the attribute `domain` is added to a name alone
   * @throws XmppCallError for instance `auth-failed` or `signaling-unreachable`
   */
  async signIn(jid: string, password: string): Promise<void> {
    const panel = await this.#load();
    await panel.signIn(jid, password);
  }

  /** Hangs up and signs the agent out. */
  signOut(): void {
    this.#panel?.release();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#contentObserver?.observe(this, { childList: true, characterData: true, subtree: true });
    this.#adoptStyles();
    if (this.mode === 'agent') this.#preload();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#contentObserver?.disconnect();
  }

  /** Another document knows nothing of the style sheets of the last one. */
  adoptedCallback(): void {
    this.#adoptStyles();
  }

  /** Lets `moveBefore()` move the element without disconnecting it. */
  connectedMoveCallback(): void {
    this.requestUpdate();
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang') this.requestUpdate();
  }

  /** Loads what is needed beyond the launcher. */
  protected importPanel(): Promise<typeof panelModule> {
    return importAgain(() => import('./panel/call-panel.js'));
  }

  protected createPanel({ CallPanel, createCallClient }: typeof panelModule, clock?: Clock): CallPanel {
    return new CallPanel(this, (options) => (this.clientFactory ?? createCallClient)(options), clock);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('mode') && this.hasUpdated) this.#panel?.release();
    if (changed.has('mode') && this.mode === 'agent' && this.isConnected) this.#preload();
    if (changed.has('mediaCore')) this.call?.setMediaCore(this.mediaCore ?? 'auto');
  }

  protected override render(): TemplateResult {
    const panel = this.#panel;
    const launcher = this.mode === 'agent' ? nothing : this.#launcher(panel?.covering ?? false);
    return html`${launcher}${this.loadFailed ? this.#loadFailure() : nothing}${panel?.render() ?? nothing}`;
  }

  protected override updated(): void {
    const states = this.#states;
    if (!states) return;
    states.set('loading', this.loading);
    states.set('open', this.#panel?.covering ?? false);
    this.#panel?.reflect(states);
    if (!this.#panel || this.loadFailed) states.set('error', this.loadFailed);
  }

  #launcher(isHidden: boolean): TemplateResult {
    const { call, videoCall } = this.#launcherStrings();
    return launcherView(this, {
      label: hasText(this.label) ? this.label : this.video ? videoCall : call,
      isLoading: this.loading,
      isHidden,
      isSettling: this.#panel?.settling ?? false,
      onClick: this.#onLaunch,
      onApproach: this.#preload,
    });
  }

  #loadFailure(): TemplateResult {
    return html`<p part="error" class="load-failure" role="alert">${this.#launcherStrings().loadFailed}</p>`;
  }

  #launcherStrings(): LauncherStrings {
    return languageFor(onServer ? 'en' : nearestLanguage(this)).launcher;
  }

  readonly #onLaunch = (): void => {
    // Failures are shown and reported by events.
    this.startCall().catch(() => undefined);
  };

  readonly #preload = (): void => {
    // A click, or the next visit of the pointer, tries again and says what failed.
    this.#load().catch(() => undefined);
  };

  async #startCall(video: boolean): Promise<Call | undefined> {
    if (!this.isConnected) throw new XmppCallError('invalid-state', { message: '<xmpp-call> is not in a document' });
    if (!this.#panel?.session.live) {
      if (!this.multipleCalls && showCallElsewhere(this)) return undefined;
      const request = new XmppCallRequestEvent(this.to ?? '', video);
      if (!this.dispatchEvent(request)) return undefined;
    }
    const panel = await this.#loadVisibly();
    return this.#isGone() ? undefined : panel.startCall(video);
  }

  #isGone(): boolean {
    return !this.isConnected;
  }

  async #loadVisibly(): Promise<CallPanel> {
    this.loading = this.#panel === undefined;
    try {
      return await this.#load();
    } catch (cause) {
      this.#reportLoadFailure(cause);
      throw cause;
    } finally {
      this.loading = false;
    }
  }

  #load(): Promise<CallPanel> {
    this.#loadingPanel ??= this.#loadPanel().catch((cause: unknown) => {
      this.#loadingPanel = undefined;
      if (this.mode === 'agent') this.#reportLoadFailure(cause);
      throw new XmppCallError('internal', { message: 'the code for calls did not load', cause });
    });
    return this.#loadingPanel;
  }

  async #loadPanel(): Promise<CallPanel> {
    const module = await this.importPanel();
    await this.updateComplete;
    this.adoptStyles(module.styles);
    if (this.mode === 'agent') await module.loadAgentViews();
    this.loadFailed = false;
    this.#panel = this.createPanel(module);
    this.requestUpdate();
    return this.#panel;
  }

  /** @internal Adds the style sheets of code that was loaded later. */
  adoptStyles(more: readonly CSSResult[]): void {
    this.#panelStyles = [...new Set([...this.#panelStyles, ...more])];
    this.#adoptStyles();
  }

  #adoptStyles(): void {
    if (this.shadowRoot) adoptStyles(this.shadowRoot, [styles, ...this.#panelStyles]);
  }

  #reportLoadFailure(cause: unknown): void {
    if (this.loadFailed) return;
    this.loadFailed = true;
    const error = cause instanceof XmppCallError ? cause : new XmppCallError('internal', { cause });
    this.dispatchEvent(new XmppCallErrorEvent(error, undefined));
  }
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

declare global {
  interface HTMLElementTagNameMap {
    'xmpp-call': XmppCallElement;
  }
}
