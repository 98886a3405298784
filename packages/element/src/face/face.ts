import type { Call, CallClient, CallClientOptions } from '@xmpp-call/client';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import { html, nothing } from 'lit';
import type { ReactiveController, TemplateResult } from 'lit';
import { fallbackLocale, loadLocale } from '../locales/load.js';
import { nearestLanguage } from '../locales/nearest-language.js';
import { withOverride } from '../locales/strings.js';
import type { Locale, Strings } from '../locales/strings.js';
import { CallSession } from './call-session.js';
import type { FaceHost } from './face-host.js';
import { icons } from './icons.js';
import { stream } from './stream-directive.js';
import { formatClock } from './time-formats.js';
import { Tones } from './tones.js';
import { TrackWatcher, hasPicture } from './track-watcher.js';
import { nameOf } from './view-model.js';
import type { Actions, ViewModel } from './view-model.js';
import { callNotes, callView, stateText } from './views/call-view.js';
import { ANSWER_ID, incomingView } from './views/incoming-view.js';
import { outcomeError, outcomeView, plainTitle } from './views/outcome-view.js';
import { connectionText, noticeText, readyView } from './views/ready-view.js';
import { signInView } from './views/sign-in-view.js';

export { panelStyles } from './styles/panel.styles.js';
export { callStyles } from './styles/call.styles.js';
export { agentStyles } from './styles/agent.styles.js';

export type View = 'closed' | 'sign-in' | 'ready' | 'incoming' | 'call' | 'outcome';

/** What an `<xmpp-call>` shows beyond its launcher: loaded when it is first wanted, it renders into the same shadow root. */
export class Face implements ReactiveController {
  readonly session: CallSession;
  readonly #tones = new Tones();
  readonly #tracks = new TrackWatcher(() => this.#host.requestUpdate());
  readonly #actions: Actions;
  #locale: Locale = fallbackLocale;
  #language = '';
  #minimized = false;
  #blocked = false;
  #silencedCall: Call | undefined;
  #lastVideo = false;
  #view: View = 'closed';
  #focusWasInside = false;
  #tick: ReturnType<typeof setTimeout> | undefined;
  #languageObserver: MutationObserver | undefined;

  constructor(
    readonly host: FaceHost,
    createClient: (options: CallClientOptions) => CallClient,
  ) {
    this.#host = host;
    this.session = new CallSession({ target: host, createClient, changed: () => this.#changed() });
    this.#actions = this.#createActions();
    host.addController(this);
  }

  readonly #host: FaceHost;

  /** What is being shown. */
  get view(): View {
    const { call, account, failure } = this.session;
    if (call !== undefined && call.state !== 'ended') return call.state === 'incoming' ? 'incoming' : 'call';
    if (call !== undefined) return 'outcome';
    if (this.#host.mode === 'agent') return account === undefined ? 'sign-in' : 'ready';
    return failure === undefined ? 'closed' : 'outcome';
  }

  /** Whether the panel takes the place of the launcher. */
  get covering(): boolean {
    return this.view !== 'closed';
  }

  /** Places a call and shows it; shows the one that is going on where there is one. */
  startCall(video: boolean): Call | undefined {
    if (this.#host.mode === 'agent' && this.session.account === undefined) {
      throw new XmppCallError('invalid-state', { message: 'an agent signs in before calling' });
    }
    this.#lastVideo = video;
    this.#minimized = false;
    const call = this.session.startCall(this.#host.configuration, video);
    void this.#focusPanel();
    return call;
  }

  async signIn(jid: string, password: string): Promise<void> {
    if (this.#host.mode !== 'agent') {
      throw new XmppCallError('invalid-state', { message: 'signIn() needs mode="agent"' });
    }
    await this.session.signIn(this.#host.configuration, jid, password);
  }

  /** Ends the call and the connection, and forgets what was shown. */
  release(): void {
    this.session.dispose();
    this.#tones.play(undefined);
    this.#minimized = false;
  }

  hostConnected(): void {
    this.#languageObserver = new MutationObserver(() => this.#host.requestUpdate());
    this.#languageObserver.observe(document.documentElement, { attributeFilter: ['lang'] });
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#languageObserver?.disconnect();
    this.#tracks.watch(undefined);
    this.#tones.play(undefined);
    clearTimeout(this.#tick);
  }

  hostUpdate(): void {
    this.#focusWasInside = this.#focusIsInside;
    this.#tracks.watch(this.session.live ? this.session.call?.remoteStream : undefined);
    const language = nearestLanguage(this.#host);
    if (language !== this.#language) void this.#useLanguage(language);
  }

  hostUpdated(): void {
    if (!this.#host.isConnected) return;
    const view = this.view;
    const changed = view !== this.#view;
    this.#view = view;
    this.#soundTone();
    this.#scheduleTick();
    if (changed && view === 'incoming') this.#element(`#${ANSWER_ID}`)?.focus();
    else if (this.#focusWasInside && !this.#focusIsInside) this.#restoreFocus();
  }

  render(): TemplateResult {
    const { session } = this;
    const { call, live } = session;
    const view = this.view;
    const model = this.#model();
    return html`
      <audio hidden ${stream(live ? call?.remoteStream : undefined, (blocked) => this.#setBlocked(blocked))}></audio>
      <div class="visually-hidden" role="status" aria-atomic="false" lang=${this.#locale.code}>
        ${this.#announcements(model, view).map((text) => html`<p>${text}</p>`)}
      </div>
      ${
        view === 'closed'
          ? nothing
          : html`<section
              part="panel"
              class="panel"
              tabindex="-1"
              aria-label=${this.#panelLabel(model, view)}
              lang=${this.#locale.code}
              ?hidden=${this.#minimized}
              @keydown=${this.#onKeyDown}
            >
              ${this.#body(model, view)}
            </section>`
      }
      ${this.#minimized ? this.#pill(model) : nothing}
    `;
  }

  #body(model: ViewModel, view: View): TemplateResult | typeof nothing {
    const { call } = this.session;
    switch (view) {
      case 'closed':
        return nothing;
      case 'sign-in':
        return signInView(model);
      case 'ready':
        return readyView(model);
      case 'incoming':
        return call === undefined ? nothing : incomingView(model, call);
      case 'call':
        return call === undefined ? nothing : callView(model, call);
      case 'outcome':
        return outcomeView(model);
    }
  }

  /** Stands for the panel while it is minimized. */
  #pill({ strings, now, language }: ViewModel): TemplateResult {
    const since = this.session.call?.activeSince;
    return html`<button
      type="button"
      part="launcher minimized"
      class="launcher minimized"
      aria-expanded="false"
      @click=${() => this.#actions.restore()}
    >
      ${icons.call}<span>${strings.showCall}</span>${
        since === undefined
          ? nothing
          : html`<span class="timer" aria-hidden="true">${formatClock(now - since, language)}</span>`
      }
    </button>`;
  }

  #announcements(model: ViewModel, view: View): readonly string[] {
    const { session } = this;
    const { call } = session;
    const { strings } = model;
    if (view === 'call' && call !== undefined) return [stateText(model, call), ...callNotes(model, call)];
    if (view === 'ready')
      return [connectionText(session, strings), ...session.notices.map((n) => noticeText(n, model))];
    if (view === 'sign-in') return session.signingIn ? [strings.signingIn] : [];
    if (view === 'outcome' && outcomeError(session, strings, model.agent) === undefined) {
      return [plainTitle(session, strings)];
    }
    return [];
  }

  #panelLabel({ strings, name }: ViewModel, view: View): string {
    switch (view) {
      case 'sign-in':
        return strings.signInTitle;
      case 'ready':
        return strings.ready;
      default:
        return strings.callWith(name);
    }
  }

  #model(): ViewModel {
    const { session } = this;
    const { call } = session;
    return {
      session,
      strings: this.#strings,
      language: this.#locale.code,
      agent: this.#host.mode === 'agent',
      name: this.#peerName(call),
      remoteVideo: call !== undefined && session.live && !call.remote.videoMuted && hasPicture(call.remoteStream),
      blocked: this.#blocked,
      onVideoBlocked: (blocked) => {
        if (blocked) this.#setBlocked(true);
      },
      silenced: call !== undefined && call === this.#silencedCall,
      now: Date.now(),
      actions: this.#actions,
    };
  }

  get #strings(): Strings {
    return withOverride(this.#locale.strings, this.#host.strings);
  }

  #peerName(call: Call | undefined): string {
    if (call?.direction === 'incoming') return nameOf(call.peer, this.#strings);
    return [this.#host.calleeName, call?.peer, this.#host.to].find(Boolean) ?? '';
  }

  #createActions(): Actions {
    const { session } = this;
    return {
      hangUp: () => session.hangUp(),
      toggleMuted: () => session.toggleMuted(),
      toggleCamera: () => void session.toggleCamera(),
      dismissProblem: () => session.dismissProblem(),
      hear: () => void this.#hear(),
      minimize: () => this.#setMinimized(true),
      restore: () => this.#setMinimized(false),
      close: () => this.#close(),
      callAgain: () => {
        session.clear();
        void this.#host.startCall({ video: this.#lastVideo });
      },
      answer: (video) => void session.answer(video),
      reject: () => session.reject(),
      silence: () => {
        this.#silencedCall = session.call;
        this.#host.requestUpdate();
      },
      signIn: (jid, password) => {
        // The session shows and reports its failure itself.
        this.signIn(jid, password).catch(() => undefined);
      },
      signOut: () => session.dispose(),
      reconnect: () => void session.reconnect(),
      dismissNotice: (notice) => session.dismissNotice(notice),
    };
  }

  #changed(): void {
    const { call } = this.session;
    if (call?.state === 'ended') {
      this.#minimized = false;
      this.#blocked = false;
      if (this.#isPutAwayAtOnce(call)) {
        this.#close();
        return;
      }
    }
    this.#host.requestUpdate();
  }

  /** Calls that never connected and whose end needs no explanation, as it was this side's wish or stands in a notice. */
  #isPutAwayAtOnce(call: Call): boolean {
    if (call.activeSince !== undefined || (call.error !== undefined && call.error.code !== 'no-answer')) return false;
    if (call.direction === 'incoming') return this.session.account !== undefined;
    return call.endReason === 'local-hang-up' || call.endReason === 'cancelled';
  }

  #close(): void {
    if (this.#host.mode === 'agent') this.session.clear();
    else this.session.dispose();
  }

  async #hear(): Promise<void> {
    const media = this.#host.shadowRoot?.querySelectorAll<HTMLMediaElement>('audio, video') ?? [];
    const playing = [...media].filter((element) => element.srcObject !== null).map((element) => element.play());
    const results = await Promise.allSettled(playing);
    if (results.every(({ status }) => status === 'fulfilled')) this.#setBlocked(false);
  }

  #setBlocked(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.#host.requestUpdate();
  }

  #setMinimized(minimized: boolean): void {
    this.#minimized = minimized;
    this.#host.requestUpdate();
    if (minimized) void this.#host.updateComplete.then(() => this.#element('.launcher.minimized')?.focus());
    else void this.#focusPanel();
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || this.#host.mode === 'agent') return;
    event.preventDefault();
    event.stopPropagation();
    if (this.session.live) this.#setMinimized(true);
    else this.#close();
  };

  async #focusPanel(): Promise<void> {
    await this.#host.updateComplete;
    this.#element('.panel')?.focus();
  }

  #restoreFocus(): void {
    const target = this.view === 'closed' ? '.launcher' : '.panel';
    this.#element(target)?.focus();
  }

  get #focusIsInside(): boolean {
    return (this.#host.shadowRoot?.activeElement ?? null) !== null;
  }

  #element(selector: string): HTMLElement | null {
    return this.#host.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;
  }

  #soundTone(): void {
    const { call } = this.session;
    const incoming = call?.state === 'incoming' && call !== this.#silencedCall && !this.session.answering;
    const ringback = call?.state === 'ringing' && call.direction === 'outgoing';
    this.#tones.play(this.#host.silent ? undefined : incoming ? 'ring' : ringback ? 'ringback' : undefined);
  }

  /** Renders again when the timer shows the next second. */
  #scheduleTick(): void {
    clearTimeout(this.#tick);
    const { call, live } = this.session;
    if (!live || call?.activeSince === undefined) return;
    const elapsed = Math.max(0, Date.now() - call.activeSince);
    this.#tick = setTimeout(() => this.#host.requestUpdate(), 1000 - (elapsed % 1000));
  }

  async #useLanguage(language: string): Promise<void> {
    this.#language = language;
    try {
      const locale = await loadLocale(language);
      if (language !== this.#language) return;
      this.#locale = locale;
      this.#host.requestUpdate();
    } catch (error) {
      console.warn(`<xmpp-call> the texts for "${language}" did not load`, error);
    }
  }
}
