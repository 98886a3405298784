import { createCallClient } from '@xmpp-call/client';
import type { Call, CallClient, CallClientOptions } from '@xmpp-call/client';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import { html, nothing } from 'lit';
import type { ReactiveController, TemplateResult } from 'lit';
import { nearestLanguage } from '../locales/nearest-language.js';
import { withOverride } from '../locales/strings.js';
import type { Locale, Strings } from '../locales/strings.js';
import { CallSession } from './call-session.js';
import type { FaceHost } from './face-host.js';
import { icons } from './icons.js';
import { formatClock } from './time-formats.js';
import { Tones } from './tones.js';
import { TrackWatcher, hasPicture } from './track-watcher.js';
import { nameOf } from './view-model.js';
import type { ViewModel } from './view-model.js';
import { callNotes, callView, stateText } from './views/call-view.js';
import { ANSWER_ID, incomingView } from './views/incoming-view.js';
import { outcomeError, outcomeView, plainTitle } from './views/outcome-view.js';
import { connectionText, noticeText, readyView } from './views/ready-view.js';
import { signInView } from './views/sign-in-view.js';
// Texts and style sheets stand last: beside each other, and apart from the code, they compress better.
import { fallbackLocale, loadLocale } from '../locales/load.js';
import { agentStyles } from './styles/agent.styles.js';
import { callStyles } from './styles/call.styles.js';
import { panelStyles } from './styles/panel.styles.js';

export { createCallClient };

/** What the shadow root needs beside the launcher's. */
export const faceStyles = [panelStyles, callStyles, agentStyles];

export type View = 'closed' | 'sign-in' | 'ready' | 'incoming' | 'call' | 'outcome';

/** What an `<xmpp-call>` shows beyond its launcher: loaded when it is first wanted, it renders into the same shadow root. */
export class Face implements ReactiveController, ViewModel {
  readonly session: CallSession;
  strings: Strings = fallbackLocale.strings;
  blocked = false;
  readonly #tones = new Tones();
  readonly #tracks = new TrackWatcher(() => this.host.requestUpdate());
  readonly #languageObserver = new MutationObserver(() => this.host.requestUpdate());
  #locale: Locale = fallbackLocale;
  #wantedLanguage = '';
  #minimized = false;
  #silencedCall: Call | undefined;
  #lastVideo = false;
  #view: View = 'closed';
  #focusWasInside = false;
  #tick: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly host: FaceHost,
    createClient: (options: CallClientOptions) => CallClient,
  ) {
    this.session = new CallSession({ target: host, createClient, changed: () => this.#changed() });
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

  get language(): string {
    return this.#locale.code;
  }

  get agent(): boolean {
    return this.host.mode === 'agent';
  }

  get name(): string {
    const { call } = this.session;
    if (call?.direction === 'incoming') return nameOf(call.peer, this.strings);
    return [this.host.calleeName, call?.peer, this.host.to].find(Boolean) ?? '';
  }

  get remoteVideo(): boolean {
    const call = this.#liveCall;
    return call !== undefined && !call.remote.videoMuted && hasPicture(call.remoteStream);
  }

  get selfView(): boolean {
    const call = this.#liveCall;
    return call !== undefined && call.cameraOn && hasPicture(call.localStream);
  }

  get silenced(): boolean {
    return this.session.call !== undefined && this.session.call === this.#silencedCall;
  }

  /** Places a call and shows it; shows the one that is going on where there is one. */
  startCall(video: boolean): Call | undefined {
    if (this.agent && this.session.account === undefined) {
      throw new XmppCallError('invalid-state', { message: 'an agent signs in before calling' });
    }
    this.#lastVideo = video;
    this.#minimized = false;
    const call = this.session.startCall(this.host.configuration, video);
    void this.#focus('.panel');
    return call;
  }

  async signIn(jid: string, password: string): Promise<void> {
    if (!this.agent) throw new XmppCallError('invalid-state', { message: 'signIn() needs mode="agent"' });
    await this.session.signIn(this.host.configuration, jid, password);
  }

  /** Ends the call and the connection, and forgets what was shown. */
  release(): void {
    this.session.dispose();
    this.#tones.play(undefined);
    this.#minimized = false;
  }

  async hear(): Promise<void> {
    const playing = this.#media.filter(({ srcObject }) => srcObject).map((media) => media.play());
    const results = await Promise.allSettled(playing);
    if (results.every(({ status }) => status === 'fulfilled')) this.#setBlocked(false);
  }

  minimize(minimized: boolean): void {
    this.#minimized = minimized;
    this.host.requestUpdate();
    void this.#focus(minimized ? '.minimized' : '.panel');
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
    this.#languageObserver.observe(document.documentElement, { attributeFilter: ['lang'] });
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#languageObserver.disconnect();
    this.#tracks.watch(undefined);
    this.#tones.play(undefined);
    this.#dropStreams();
    clearTimeout(this.#tick);
  }

  hostUpdate(): void {
    this.#focusWasInside = this.#focusIsInside;
    this.#tracks.watch(this.#liveCall?.remoteStream);
    this.strings = withOverride(this.#locale.strings, this.host.strings);
    // The elements of a view leave the page with it.
    if (this.view !== this.#view) this.#dropStreams();
    const language = nearestLanguage(this.host);
    if (language !== this.#wantedLanguage) void this.#useLanguage(language);
  }

  hostUpdated(): void {
    if (!this.host.isConnected) return;
    const { view } = this;
    const changed = view !== this.#view;
    this.#view = view;
    this.#playStreams();
    this.#soundTone();
    this.#scheduleTick();
    if (changed && view === 'incoming') this.#element(`#${ANSWER_ID}`)?.focus();
    else if (this.#focusWasInside && !this.#focusIsInside) {
      this.#element(view === 'closed' ? '.launcher' : '.panel')?.focus();
    }
  }

  render(): TemplateResult {
    const { view, language } = this;
    const announcements = this.#announcements(view);
    return html`
      <audio hidden></audio>
      <div class="visually-hidden" role="status" aria-atomic="false" lang=${language}>
        ${announcements.map((text) => html`<p>${text}</p>`)}
      </div>
      ${
        view === 'closed'
          ? nothing
          : html`<section
              part="panel"
              class="panel"
              tabindex="-1"
              aria-label=${this.#panelLabel(view)}
              lang=${language}
              ?hidden=${this.#minimized}
              @keydown=${this.#onKeyDown}
            >
              ${this.#body(view)}
            </section>`
      }
      ${this.#minimized ? this.#pill() : nothing}
    `;
  }

  #body(view: View): TemplateResult | undefined {
    const { call } = this.session;
    if (view === 'sign-in') return signInView(this);
    if (view === 'ready') return readyView(this);
    if (view === 'outcome') return outcomeView(this);
    return call && (view === 'incoming' ? incomingView(this, call) : callView(this, call));
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

  #announcements(view: View): readonly string[] {
    const { session, strings } = this;
    const { call } = session;
    if (view === 'call' && call) return [stateText(this, call), ...callNotes(this, call)];
    if (view === 'ready') {
      return [connectionText(session, strings), ...session.notices.map((notice) => noticeText(notice, this))];
    }
    if (view === 'sign-in' && session.signingIn) return [strings.signingIn];
    if (view === 'outcome' && !outcomeError(session, strings, this.agent)) return [plainTitle(session, strings)];
    return [];
  }

  #panelLabel(view: View): string {
    const { strings } = this;
    if (view === 'sign-in') return strings.signInTitle;
    return view === 'ready' ? strings.ready : strings.callWith(this.name);
  }

  get #liveCall(): Call | undefined {
    return this.session.live ? this.session.call : undefined;
  }

  #changed(): void {
    const { call } = this.session;
    if (call?.state === 'ended') {
      this.#minimized = false;
      this.blocked = false;
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

  get #media(): HTMLMediaElement[] {
    return [...(this.host.shadowRoot?.querySelectorAll<HTMLMediaElement>('audio, video') ?? [])];
  }

  #dropStreams(): void {
    for (const media of this.#media) media.srcObject = null;
  }

  #playStreams(): void {
    const call = this.#liveCall;
    for (const media of this.#media) {
      const own = media.classList.contains('self-view');
      const isSound = media instanceof HTMLAudioElement;
      media.muted = !isSound || call?.playsSound === true;
      const shown = own ? this.selfView : isSound || this.remoteVideo;
      const stream = (shown ? (own ? call?.localStream : call?.remoteStream) : undefined) ?? null;
      const known = media.srcObject === stream;
      if (!known) media.srcObject = stream;
      // What was stopped, for instance by the end of its only track, goes on with the next one.
      if (stream && (!known || (!this.blocked && (media.paused || media.ended)))) void this.#play(media);
    }
  }

  /** `autoplay` alone fails silently; `play()` says so, and then a button has to be offered. */
  async #play(media: HTMLMediaElement): Promise<void> {
    const stream = media.srcObject;
    let refused = false;
    try {
      await media.play();
    } catch (error) {
      refused = error instanceof DOMException && error.name === 'NotAllowedError';
      // Any other refusal (AbortError) means that a newer stream or the end of the call came first.
      if (!refused) return;
    }
    if (media.srcObject === stream && (refused || media instanceof HTMLAudioElement)) this.#setBlocked(refused);
  }

  #setBlocked(blocked: boolean): void {
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.host.requestUpdate();
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || this.agent) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.session.live) this.minimize(true);
    else this.close();
  };

  async #focus(selector: string): Promise<void> {
    await this.host.updateComplete;
    this.#element(selector)?.focus();
  }

  get #focusIsInside(): boolean {
    return Boolean(this.host.shadowRoot?.activeElement);
  }

  #element(selector: string): HTMLElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLElement>(selector);
  }

  #soundTone(): void {
    const { call, answering } = this.session;
    const incoming = call?.state === 'incoming' && !this.silenced && !answering;
    const ringback = call?.state === 'ringing' && call.direction === 'outgoing';
    this.#tones.play(this.host.silent ? undefined : incoming ? 'ring' : ringback ? 'ringback' : undefined);
  }

  /** Renders again when the timer shows the next second. */
  #scheduleTick(): void {
    clearTimeout(this.#tick);
    const since = this.#liveCall?.activeSince;
    if (since === undefined) return;
    const elapsed = Math.max(0, Date.now() - since);
    this.#tick = setTimeout(() => this.host.requestUpdate(), 1000 - (elapsed % 1000));
  }

  async #useLanguage(language: string): Promise<void> {
    this.#wantedLanguage = language;
    try {
      const locale = await loadLocale(language);
      if (language !== this.#wantedLanguage) return;
      this.#locale = locale;
      this.host.requestUpdate();
    } catch (error) {
      console.warn(`<xmpp-call> the texts for "${language}" did not load`, error);
    }
  }
}
