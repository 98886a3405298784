import type { Call } from '../api.js';
import type { CallCommands } from '../call-commands.js';
import { XmppCallError } from '../errors.js';
import { TransferRequestEvent } from '../transfer-request-event.js';
import { sendTones } from './send-tones.js';

/** What the tones and transfers of a call need of it. */
export interface AnsweredCall {
  readonly commands: CallCommands;
  readonly canTransfer: () => boolean;
  /** The peer takes tones by XMPP. */
  readonly takesTones: () => boolean;
  readonly toneSender: () => RTCDTMFSender | undefined;
  /** Places the call that the peer asks for. */
  readonly callFor: (to: string) => Call;
  readonly dispatch: (event: Event) => void;
}

/** What is seldom wanted of a call that was answered: loaded with the first wish of either side. */
export class AfterAnswer {
  #settle: ((error: XmppCallError | undefined) => void) | undefined;

  constructor(private readonly call: AnsweredCall) {}

  /** @throws XmppCallError */
  async sendTones(tones: string): Promise<void> {
    const { commands, takesTones, toneSender } = this.call;
    await sendTones(tones, toneSender(), takesTones() ? (text) => commands.sendTones(text) : undefined);
  }

  /** Resolves when the peer has gone over; one at a time. @throws XmppCallError */
  async transfer(to: string, withCallId: string): Promise<void> {
    if (!this.call.canTransfer() || this.#settle)
      throw new XmppCallError('invalid-state', { message: 'the peer takes no transfer now' });
    const ended = new Promise<void>((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = undefined;
        if (error) reject(error);
        else resolve();
      };
    });
    // Where the command fails, nothing waits for this.
    ended.catch(() => undefined);
    try {
      await this.call.commands.transfer(to, withCallId);
    } catch (cause) {
      this.#settle = undefined;
      throw cause;
    }
    await ended;
  }

  /** What became of it. */
  transferEnded(error: XmppCallError | undefined): void {
    this.#settle?.(error);
  }

  transferRequested(to: string): void {
    const { call } = this;
    const event = new TransferRequestEvent(
      to,
      () => call.callFor(to),
      () => {
        call.commands.refuseTransfer();
      },
    );
    call.dispatch(event);
  }

  /** The call has ended. */
  close(): void {
    this.#settle?.(new XmppCallError('invalid-state', { message: 'the call has ended' }));
  }
}
