import { assertSupported, createCallClient } from '@xmpp-call/client';
import type { Call, CallClient, CallClientOptions, TransferRequestEvent } from '@xmpp-call/client';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import { html, nothing } from 'lit';
import type { ReactiveController, TemplateResult } from 'lit';
import type { CustomStates } from '../custom-states.js';
import { noteLiveCall, showCallElsewhere } from '../live-calls.js';
import type { Strings } from '../locales/strings.js';
import { addressOf, cleanName, shortened, telephoneNumber } from './address.js';
import { CallController, receives } from './call-controller.js';
import { unreadCount } from './chat-seen.js';
import { Lasting, browserClock } from './clock.js';
import type { Clock } from './clock.js';
import { FeatureLoader } from './feature-loader.js';
import type { FeaturePanelHost } from './feature-panel-host.js';
import type { PanelHost } from './panel-host.js';
import { icons } from './icons.js';
import { FocusKeeper, PANEL } from './focus-keeper.js';
import { LocaleController } from './locale-controller.js';
import { MediaElements } from './media-elements.js';
import { reflectStates } from './panel-states.js';
import { PressGuard } from './press-guard.js';
import { QualityLoader } from './quality/quality-loader.js';
import type { QualityView } from './quality/quality-view.js';
import { StreamPlayer } from './stream-player.js';
import { formatClock } from './time-formats.js';
import { ToneLoader } from './tone-loader.js';
import { TrackWatcher, hasPicture, hasSound } from './track-watcher.js';
import { isPaused, nameOf } from './view-model.js';
import type { View, ViewModel } from './view-model.js';
import { ViewLoader, agentParts, loadAgentViews } from './views/view-loader.js';
import { VIEWS } from './views/views.js';
// Style sheets stand last: apart from the code, they compress better.
import { callStyles } from './styles/call.styles.js';
import { panelStyles } from './styles/panel.styles.js';

export { createCallClient, loadAgentViews };

/** What the shadow root needs beside the launcher's. */
export const styles = [panelStyles, callStyles];

/** ms for which an element that was removed keeps its call and its connection: pages take parts out and put them back. */
const GRACE_MS = 5000;
/** ms of calling after which the caller is told that nobody has answered. */
const UNANSWERED_MS = 10_000;
/** ms without a packet of the other side before it is worth a word. */
const NOTHING_ARRIVES_MS = 2000;
/** Views that come in another's place with buttons that do something for good. */
const GUARDED: ReadonlySet<View> = new Set(['closed', 'ready', 'incoming', 'call', 'outcome']);

/** What an `<xmpp-call>` shows beyond its launcher: loaded when it is first wanted, it renders into the same shadow root. */
export class CallPanel implements ReactiveController, ViewModel {
  readonly session: CallController;
  readonly #update = (): void => this.host.requestUpdate();
  readonly #tones: ToneLoader;
  readonly #tracks = new TrackWatcher(this.#update);
  readonly #player = new StreamPlayer(this.#update);
  readonly #media: MediaElements;
  readonly #locale: LocaleController;
  readonly #guard: PressGuard;
  readonly #focus: FocusKeeper;
  readonly #unanswered: Lasting;
  readonly #features: FeatureLoader;
  readonly #quality: QualityLoader;
  readonly #views: ViewLoader;
  readonly #nothingArrives: Lasting;
  #leave: (() => void) | undefined;
  #minimized = false;
  #silencedCall: Call | undefined;
  #lastVideo = false;
  #view: View = 'closed';
  #tick: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly host: PanelHost,
    createClient: (options: CallClientOptions) => CallClient,
    private readonly clock: Clock = browserClock,
  ) {
    this.session = new CallController({
      target: host,
      createClient,
      assertSupported,
      changed: () => this.#changed(),
      createSecond: (session) => {
        const parts = this.host.maxCalls === 2 ? agentParts() : undefined;
        return (
          parts &&
          new parts.SecondCall({
            get call() {
              return session.call;
            },
            get live() {
              return session.live;
            },
            adopt: (call) => session.adopt(call),
            answer: (video) => session.answer(video),
            changed: () => this.#changed(),
          })
        );
      },
      passedOn: (to) => void this.#passOn(to),
    });
    this.#tones = new ToneLoader(clock, this.#update);
    this.#media = new MediaElements(host, this.#player);
    this.#locale = new LocaleController(host, this.#update);
    this.#focus = new FocusKeeper(host);
    const featureHost = this.#featureHost();
    this.#features = new FeatureLoader(featureHost);
    this.#quality = new QualityLoader(featureHost, clock);
    this.#views = new ViewLoader(host);
    this.#guard = new PressGuard(clock, this.#update);
    this.#unanswered = new Lasting(clock, UNANSWERED_MS, this.#update);
    this.#nothingArrives = new Lasting(clock, NOTHING_ARRIVES_MS, this.#update);
    if (host.shadowRoot) this.#guard.watch(host.shadowRoot);
    host.addController(this);
  }

  /** What is being shown. */
  get view(): View {
    const { call, account, failure } = this.session;
    if (call) return call.state === 'ended' ? 'outcome' : call.state === 'incoming' ? 'incoming' : 'call';
    if (this.agent) return account === undefined ? 'sign-in' : 'ready';
    return failure ? 'outcome' : 'closed';
  }

  /** Whether the panel takes the place of the launcher. */
  get covering(): boolean {
    return this.view !== 'closed';
  }

  /** Whether buttons have just appeared, and do nothing yet. */
  get settling(): boolean {
    return this.#guard.settling;
  }

  reflect(states: CustomStates): void {
    reflectStates(states, this.session);
  }

  get language(): string {
    return this.#locale.language;
  }

  get strings(): Strings {
    return this.#locale.strings;
  }

  get agent(): boolean {
    return this.host.mode === 'agent';
  }

  get name(): string {
    const { call } = this.session;
    if (call && this.#isFound(call)) return nameOf(call.peer, this.strings);
    const given = cleanName(this.host.calleeName ?? '');
    const address = addressOf(call?.peer ?? this.host.to ?? '');
    return given || (telephoneNumber(address) ?? shortened(address));
  }

  get named(): boolean {
    const { call } = this.session;
    if (call && this.#isFound(call)) return true;
    return cleanName(this.host.calleeName ?? '') !== '';
  }

  /** Not the one that the page named. */
  #isFound({ direction, transferredFrom }: Call): boolean {
    return direction === 'incoming' || transferredFrom !== undefined;
  }

  get blocked(): boolean {
    return this.#player.blocked;
  }

  get unanswered(): boolean {
    return this.#unanswered.reached;
  }

  get nothingArrives(): boolean {
    return this.#nothingArrives.reached;
  }

  get turnedCameraOff(): boolean {
    const call = this.#liveCall;
    return call !== undefined && call.remote.videoMuted && call.remote.videoSeen;
  }

  get remoteVideo(): boolean {
    const call = this.#liveCall;
    return call !== undefined && !isPaused(call) && !call.remote.videoMuted && hasPicture(call.remoteStream);
  }

  get selfView(): boolean {
    const call = this.#liveCall;
    return call !== undefined && call.cameraOn && hasPicture(call.localStream);
  }

  get secondCall(): TemplateResult | typeof nothing {
    const { second } = this.session;
    return (second && agentParts()?.secondCallView(this, second)) ?? nothing;
  }

  get quality(): QualityView | undefined {
    return this.#quality.watch;
  }

  get remembersDevices(): boolean {
    return this.host.rememberDevices;
  }

  get takesTexts(): boolean {
    return this.host.chat !== 'off';
  }

  get unread(): number {
    const call = this.#liveCall;
    return call && this.takesTexts ? unreadCount(call) : 0;
  }

  get featuresOpen(): boolean {
    return this.#features.isOpen;
  }

  get features(): TemplateResult | typeof nothing {
    return this.#features.render();
  }

  get silenced(): boolean {
    return this.session.call !== undefined && this.session.call === this.#silencedCall;
  }

  /** Places a call and shows it; shows the one that is going on where there is one. */
  startCall(video: boolean): Call | undefined {
    if (this.agent && this.session.account === undefined) {
      throw new XmppCallError('invalid-state', { message: 'an agent signs in before calling' });
    }
    // Two buttons may have been pressed while this was loading.
    if (!this.session.live && !this.host.multipleCalls && showCallElsewhere(this.host)) return undefined;
    this.#lastVideo = video;
    this.#minimized = false;
    const call = this.session.startCall(this.host.configuration, video);
    if (this.#focus.mayTake()) void this.#focus.move(PANEL);
    return call;
  }

  async signIn(jid: string, password: string): Promise<void> {
    if (!this.agent) throw new XmppCallError('invalid-state', { message: 'signIn() needs mode="agent"' });
    this.#tones.load();
    await this.session.signIn(this.host.configuration, jid, password);
  }

  /** Ends the call and the connection, and forgets what was shown. */
  release(): void {
    this.session.dispose();
    this.#tones.stop();
    this.#minimized = false;
  }

  openFeature(id: string): void {
    const call = this.#liveCall;
    if (call) void this.#features.open(call, id);
  }

  toggleFeatures(): void {
    const call = this.#liveCall;
    if (this.#features.isOpen) this.#features.close();
    else if (call) void this.#features.open(call);
  }

  hear(): void {
    this.#player.playRefused();
  }

  answer(video: boolean): void {
    if (!this.host.multipleCalls && showCallElsewhere(this.host)) return;
    void this.session.answer(video);
  }

  /** Brings the call that is going on into view. */
  async showCall(): Promise<void> {
    this.#minimized = false;
    this.host.requestUpdate();
    await this.#focus.move(PANEL);
    this.host.scrollIntoView({ block: 'nearest' });
  }

  minimize(minimized: boolean): void {
    this.#minimized = minimized;
    this.#guard.appeared();
    this.host.requestUpdate();
    void this.#focus.move(minimized ? '.minimized' : PANEL);
  }

  close(): void {
    if (this.agent) this.session.clear();
    else this.session.dispose();
  }

  callAgain(): void {
    this.session.clear();
    void this.host.startCall({ video: this.#lastVideo });
  }

  silence(): void {
    this.#silencedCall = this.session.call;
    this.host.requestUpdate();
  }

  hostConnected(): void {
    this.#leave?.();
    this.#locale.connect();
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#locale.disconnect();
    this.#tracks.watch(undefined);
    this.#tones.stop();
    this.#media.drop();
    clearTimeout(this.#tick);
    this.#leave?.();
    // Even the shortest move within the page disconnects; only what stays away is gone.
    this.#leave = this.clock.after(this.session.busy ? GRACE_MS : 0, () => {
      if (!this.host.isConnected) this.release();
    });
  }

  hostUpdate(): void {
    this.#focus.beforeUpdate();
    const call = this.#liveCall;
    this.#tracks.watch(call?.remoteStream);
    this.#features.update(call);
    this.#quality.update(call);
    this.#unanswered.update(call?.state === 'calling' && hasSound(call.localStream));
    this.#nothingArrives.update(call?.state === 'active' && !isPaused(call) && !receives(call));
    this.#locale.update();
    // The elements of a view leave the page with it.
    if (this.view !== this.#view) this.#media.drop();
  }

  hostUpdated(): void {
    if (!this.host.isConnected) return;
    const { view } = this;
    const changed = view !== this.#view;
    this.#view = view;
    if (changed && GUARDED.has(view)) this.#guard.appeared();
    this.#media.show(this.#liveCall, this, this.session.devices?.speaker);
    this.#soundTone();
    this.#scheduleTick();
    this.#focus.afterUpdate(view, changed);
  }

  render(): TemplateResult {
    const { view, language } = this;
    const { body, label, announce } = this.#views.get(view) ?? VIEWS.closed;
    const spoken = announce(this, this.#focus.isInside);
    return html`
      <audio hidden></audio>
      <div class="visually-hidden" role="status" aria-atomic="false" lang=${language}>
        ${spoken.map((text) => html`<p>${text}</p>`)}
      </div>
      ${
        this.#views.get(view) === undefined || view === 'closed'
          ? nothing
          : html`<section
              part="panel"
              class="panel ${this.settling ? 'settling' : ''}"
              tabindex="-1"
              aria-label=${label(this)}
              lang=${language}
              ?hidden=${this.#minimized}
              @keydown=${this.#onKeyDown}
            >
              ${body(this)}
            </section>`
      }
      ${this.#minimized ? this.#pill() : nothing}
    `;
  }

  /** Stands for the panel while it is minimized. */
  #pill(): TemplateResult {
    const since = this.session.call?.activeSince;
    return html`<button
      type="button"
      part="launcher minimized"
      class="launcher minimized"
      aria-expanded="false"
      @click=${() => this.minimize(false)}
    >
      ${icons.call}<span>${this.strings.showCall}</span>${
        since && html`<span class="timer" aria-hidden="true">${formatClock(Date.now() - since, this.language)}</span>`
      }
    </button>`;
  }

  #featureHost(): FeaturePanelHost {
    const { host } = this;
    return {
      model: this,
      get root() {
        return host.shadowRoot;
      },
      get override() {
        return host.strings?.features;
      },
      requestUpdate: this.#update,
      adoptStyles: (styles) => host.adoptStyles(styles),
      focus: (selector) => this.#focus.move(selector),
      close: () => this.#features.close(),
    };
  }

  async #passOn(to: TransferRequestEvent<Call> | Call): Promise<void> {
    const { passOn } = await import('./features/passing-on.js');
    const ask = (): void => {
      const call = this.#liveCall;
      this.#minimized = false;
      if (call) void this.#features.open(call, 'transfer-request');
    };
    passOn(to, { session: this.session, host: this.host, ask });
  }

  get #liveCall(): Call | undefined {
    return this.session.live ? this.session.call : undefined;
  }

  #changed(): void {
    const { call } = this.session;
    noteLiveCall(this.host, this.session.live && call?.state !== 'incoming');
    if (call?.state === 'ended') {
      this.#minimized = false;
      if (this.#isPutAwayAtOnce(call)) {
        this.close();
        return;
      }
    }
    this.host.requestUpdate();
  }

  /** Calls that never connected and whose end needs no explanation, as it was this side's wish or stands in a notice. */
  #isPutAwayAtOnce({ activeSince, error, direction, endReason }: Call): boolean {
    if (activeSince !== undefined || (error && error.code !== 'no-answer')) return false;
    if (direction === 'incoming') return this.session.account !== undefined;
    return endReason === 'local-hang-up' || endReason === 'cancelled';
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || (this.agent && !this.#features.isOpen)) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#features.isOpen) this.#features.close();
    else if (this.session.live) this.minimize(true);
    else this.close();
  };

  #soundTone(): void {
    const { call, answering } = this.session;
    const { silent, tones: region } = this.host;
    this.#tones.update(call, {
      silent,
      quiet: this.silenced || answering,
      region,
      isWaiting: this.session.second?.isWaiting ?? false,
    });
  }

  /** Renders again when the timer shows the next second. */
  #scheduleTick(): void {
    clearTimeout(this.#tick);
    const since = this.#liveCall?.activeSince;
    if (since === undefined) return;
    const elapsed = Math.max(0, Date.now() - since);
    this.#tick = setTimeout(() => this.host.requestUpdate(), 1000 - (elapsed % 1000));
  }
}
