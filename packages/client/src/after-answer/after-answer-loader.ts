import type { Event as WireEvent } from '@xmpp-call/wire';
import { toError } from '../wire-map.js';
import type { AfterAnswer, AnsweredCall } from './after-answer.js';

/** The tones and transfers of a call: their code loads with the first wish of either side. */
export class AfterAnswerLoader {
  readonly #call: AnsweredCall;
  #loading: Promise<AfterAnswer> | undefined;
  #isClosed = false;

  constructor(call: AnsweredCall) {
    this.#call = call;
  }

  /** @throws XmppCallError */
  async sendTones(tones: string): Promise<void> {
    await (await this.#load()).sendTones(tones);
  }

  /** @throws XmppCallError */
  async transfer(to: string, withCallId: string): Promise<void> {
    await (await this.#load()).transfer(to, withCallId);
  }

  /** Events of the worker. @returns whether it was one about a transfer */
  handle(body: WireEvent['body']): boolean {
    if (body.case === 'transferRequested') {
      const { to } = body.value;
      void this.#load().then((one) => {
        if (!this.#isClosed) one.transferRequested(to);
      });
    } else if (body.case === 'transferEnded') {
      const { failure } = body.value;
      void this.#loading?.then((one) => {
        one.transferEnded(failure && toError(failure));
      });
    } else {
      return false;
    }
    return true;
  }

  /** The call has ended. */
  close(): void {
    this.#isClosed = true;
    void this.#loading?.then((one) => {
      one.close();
    });
  }

  #load(): Promise<AfterAnswer> {
    return (this.#loading ??= import('./after-answer.js').then(({ AfterAnswer: Loaded }) => new Loaded(this.#call)));
  }
}
