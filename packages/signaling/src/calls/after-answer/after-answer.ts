import { NS, attribute, bareOf, elementsOf, faultOf, isNamed } from '@xmpp-call/jingle';
import type { Element, Jingle, Reason } from '@xmpp-call/jingle';
import type { IqReply } from '../../stanza-stream.js';
import type { CallValues } from '../call-commands.js';
import { invalidState } from '../command-error.js';
import type { Transfer } from './transfer.js';
import type { TransferOwner } from './transfer-owner.js';

/** What waits for the code at most; more is no person. */
const MAX_WAITING = 16;
const TOO_MANY: IqReply = { error: { condition: 'resource-constraint', text: 'too many transfers' } };

/** The tones and the transfers of a call. Their code loads with the first one of either side. */
export class AfterAnswer {
  readonly #owner: TransferOwner;
  #loading: Promise<void> | undefined;
  #transfer: Transfer | undefined;
  #waiting: ((transfer: Transfer) => void)[] = [];

  constructor(owner: TransferOwner) {
    this.#owner = owner;
  }

  /** Resolves when nothing waits for the code any more. */
  get settled(): Promise<void> {
    return this.#loading ?? Promise.resolve();
  }

  /** What the peer has asked for, and the user has not decided on. */
  get transfer(): Transfer | undefined {
    return this.#transfer;
  }

  /** A session-info about a transfer is taken; of any other there is no reply. */
  receive({ info, action }: Jingle, payload: Element): IqReply | undefined {
    if (info?.kind !== 'unsupported' || action !== 'session-info') return undefined;
    const element = transferIn(payload);
    const isRefusal = info.namespace === NS.transferRefused;
    if (!element && !isRefusal) return undefined;
    if (this.#owner.session.state !== 'active') return { error: faultOf('out-of-order') };
    if (element && bareOf(attribute(element, 'to') ?? '') === undefined)
      return { error: { condition: 'bad-request', text: 'no address to call' } };
    // Nobody is asked of a refusal by whom nothing was asked for.
    if (isRefusal && !this.#transfer) return { result: undefined };
    const isTaken = this.#with((transfer) => {
      if (isRefusal) transfer.refusedByPeer();
      else transfer.requested(payload);
    });
    return isTaken ? { result: undefined } : TOO_MANY;
  }

  /** @throws CommandError */
  sendTones({ tones }: Pick<CallValues['sendTones'], 'tones'>): void {
    if (!/^[0-9A-D*#,]{1,64}$/.test(tones)) throw invalidState('no tones');
    this.#command((transfer) => transfer.sendTones(tones));
  }

  /** @throws CommandError */
  transferCall(value: Pick<CallValues['transferCall'], 'to' | 'withCallId'>): void {
    this.#command((transfer) => transfer.ask(value));
  }

  refuseTransfer(): void {
    this.#transfer?.refuse();
  }

  /** The session that this call stands for was accepted by either side. */
  accepted(): void {
    this.#owner.origin?.accepted();
  }

  /** The call has ended, by the peer where there is a reason of its. */
  ended(reason?: Reason): void {
    this.#waiting = [];
    this.#transfer?.ended(reason);
    this.#owner.origin?.failed();
  }

  #command(task: (transfer: Transfer) => void): void {
    if (this.#owner.session.state !== 'active' || !this.#with(task)) throw invalidState('not answered, or too much');
  }

  #with(task: (transfer: Transfer) => void): boolean {
    if (this.#transfer) this.#run(task, this.#transfer);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(task);
    else return false;
    this.#loading ??= this.#load();
    return true;
  }

  async #load(): Promise<void> {
    const owner = this.#owner;
    try {
      const { Transfer: Loaded } = await import('./transfer.js');
      const transfer = (this.#transfer = new Loaded(owner));
      for (const task of this.#waiting.splice(0)) this.#run(task, transfer);
    } catch (error) {
      this.#loading = undefined;
      this.#waiting = [];
      this.#log(error);
      const failure = { code: 'internal', detail: 'the code did not load' } as const;
      owner.tell({ case: 'transferEnded', value: { callId: owner.id, failure } });
    }
  }

  /** A fault in a transfer ends no call. */
  #run(task: (transfer: Transfer) => void, transfer: Transfer): void {
    try {
      task(transfer);
    } catch (error) {
      this.#log(error);
    }
  }

  #log(error: unknown): void {
    this.#owner.context.environment.log('error', 'fault in a transfer', { call: this.#owner.id, error: String(error) });
  }
}

/** The `<transfer/>` of XEP-0251 in a `<jingle/>`. */
export function transferIn(jingle: Element): Element | undefined {
  return elementsOf(jingle).find((one) => isNamed(one, 'transfer', NS.transfer));
}
