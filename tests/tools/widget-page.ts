/** A page with one `<xmpp-call>`, used as its visitor or its agent uses it. */
import type { Call, CallStatistics, ConnectionState, ErrorCode } from '@xmpp-call/client';
import type {} from '@xmpp-call/element';
import type { PageHandle } from './browsers.js';
import { type BarCodeReading, type ToneReading, measureTone, readBarCodes } from './media-probe.js';

export interface CallOutcome {
  readonly state: Call['state'] | undefined;
  readonly endReason: Call['endReason'];
  readonly error: ErrorCode | undefined;
}

/** `audio.send` and so on. */
export type CodecWay = `${'audio' | 'video'}.${'send' | 'receive'}`;
/** The codec that a direction of a medium uses: ours, or the browser's for this reason. */
export type CodecPaths = Readonly<Partial<Record<CodecWay, string>>>;

export type WidgetPart =
  | 'launcher'
  | 'hang-up'
  | 'mute'
  | 'camera'
  | 'more'
  | 'resume'
  | 'unread'
  | 'stop-sharing'
  | 'answer-second'
  | 'decline-second'
  | 'swap'
  | 'answer'
  | 'answer-video'
  | 'decline'
  | 'call-again';

const REMOTE_VIDEO = '[part~="remote-video"]';
const TIMEOUT_MS = 20_000;

export class WidgetPage {
  constructor(readonly page: PageHandle) {}

  async press(part: WidgetPart): Promise<void> {
    await this.page.click(`[part~="${part}"]`, { timeoutMs: TIMEOUT_MS });
  }

  /** Opens the menu of the call and chooses an entry, by its id. */
  async openFeature(id: string): Promise<void> {
    await this.press('more');
    await this.page.click(`[part~="menu-item"][part~="${id}"]`, { timeoutMs: TIMEOUT_MS });
  }

  /** Fills in and sends the agent's form. */
  async submitSignIn(jid: string, password: string): Promise<void> {
    await this.page.fill('#username', jid);
    await this.page.fill('#password', password);
    await this.page.press('Enter');
  }

  async signIn(jid: string, password: string): Promise<void> {
    await this.submitSignIn(jid, password);
    await this.connection('online');
  }

  async connection(state: ConnectionState): Promise<void> {
    await this.page.waitFor(
      (wanted) => document.querySelector('xmpp-call')?.client?.connection === wanted,
      { what: `connection ${state}`, timeoutMs: 2 * TIMEOUT_MS },
      state,
    );
  }

  /** Waits until the call is in `state`. */
  async reaches(state: Call['state'], timeoutMs = TIMEOUT_MS): Promise<void> {
    try {
      await this.page.waitFor(
        (wanted) => document.querySelector('xmpp-call')?.call?.state === wanted,
        { what: `call state ${state}`, timeoutMs },
        state,
      );
    } catch (error) {
      const outcome = JSON.stringify(await this.outcome());
      throw new Error(`the call is not ${state} but ${outcome}`, { cause: error });
    }
  }

  /** Waits for the end of the next call that has not been asked for yet. */
  async ended(timeoutMs = TIMEOUT_MS): Promise<CallOutcome> {
    try {
      const [outcome] = await this.page.waitFor(
        () => {
          const { endedCalls } = globalThis as unknown as { endedCalls: CallOutcome[] };
          return endedCalls.length > 0 ? endedCalls.splice(0, 1) : undefined;
        },
        { what: 'the end of a call', timeoutMs },
      );
      if (outcome) return outcome;
      throw new Error('no outcome');
    } catch (error) {
      throw new Error(`no call has ended: ${JSON.stringify(await this.outcome())}`, { cause: error });
    }
  }

  outcome(): Promise<CallOutcome> {
    return this.page.evaluate(() => {
      const call = document.querySelector('xmpp-call')?.call;
      return { state: call?.state, endReason: call?.endReason, error: call?.error?.code };
    });
  }

  /** What the panel shows, as text. */
  text(): Promise<string> {
    return this.page.evaluate(
      () => document.querySelector('xmpp-call')?.shadowRoot?.textContent.replace(/\s+/g, ' ') ?? '',
    );
  }

  /** Waits until the panel's text matches. */
  async shows(text: RegExp): Promise<void> {
    await this.page.waitFor(
      (source) => new RegExp(source, 'i').test(document.querySelector('xmpp-call')?.shadowRoot?.textContent ?? ''),
      { what: `the text ${text.source}`, timeoutMs: TIMEOUT_MS },
      text.source,
    );
  }

  tone(options?: { readonly windows?: number; readonly timeoutMs?: number }): Promise<ToneReading> {
    return measureTone(this.page, 'audio', options);
  }

  picture(options?: { readonly distinct?: number; readonly timeoutMs?: number }): Promise<BarCodeReading> {
    return readBarCodes(this.page, REMOTE_VIDEO, options);
  }

  /**
   * Waits until the named directions take these paths: `wasm`, once frames went through our codec in the last second, or the
   * reason for the browser's codec. Where that is `uncongested-path`, our codec counts too: on a busy machine a queue grows and
   * our frames are sent. Other directions are not checked.
   */
  async takes(paths: CodecPaths): Promise<void> {
    try {
      await this.page.waitFor(
        async (wanted) => {
          const { core } = (await document.querySelector('xmpp-call')?.call?.getStatistics()) ?? {};
          return Object.entries(wanted).every(([direction, path]) => {
            const [kind, flow] = direction.split('.') as ['audio' | 'video', 'send' | 'receive'];
            const decision = core?.decisions?.[kind][flow];
            const sample = core?.sample?.[kind][flow];
            if (decision?.path !== sample?.path) return false;
            if (decision?.path === 'native') return decision.reason === path;
            return (path === 'wasm' || path === 'uncongested-path') && sample?.codecMs !== undefined;
          });
        },
        { what: `the paths ${JSON.stringify(paths)}`, timeoutMs: TIMEOUT_MS },
        paths,
      );
    } catch (error) {
      throw new Error(JSON.stringify((await this.statistics())?.core), { cause: error });
    }
  }

  statistics(): Promise<CallStatistics | undefined> {
    return this.page.evaluate(async () => document.querySelector('xmpp-call')?.call?.getStatistics());
  }
}
