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

export type WidgetPart =
  'launcher' | 'hang-up' | 'mute' | 'camera' | 'answer' | 'answer-video' | 'decline' | 'call-again';

const REMOTE_VIDEO = '[part~="remote-video"]';
const TIMEOUT_MS = 20_000;

export class WidgetPage {
  constructor(readonly page: PageHandle) {}

  async press(part: WidgetPart): Promise<void> {
    await this.page.click(`[part~="${part}"]`, { timeoutMs: TIMEOUT_MS });
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

  statistics(): Promise<CallStatistics | undefined> {
    return this.page.evaluate(async () => document.querySelector('xmpp-call')?.call?.getStatistics());
  }
}
