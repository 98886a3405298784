import { NS, bareOf, formatJid, isSameBare, parseJid } from '@xmpp-call/jingle';
import type { MediaKind } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { IqError } from '../stanza-stream.js';
import type { StanzaStream, Unsubscribe } from '../stanza-stream.js';
import { Admission } from './admission.js';
import type { Call } from './call.js';
import type { CallCommand, CallCommands, CallValues } from './call-commands.js';
import type { CallContext, CallSettings } from './call-context.js';
import { CallRegistry } from './call-registry.js';
import { CommandError, invalidState } from './command-error.js';
import { JingleRouter } from './jingle-router.js';
import { MessageRouter } from './message-router.js';
import { PresenceBook } from './peers.js';

/** ms after the stream came online during which servers deliver what they had kept. */
const CATCH_UP_MS = 3_000;

/** Whether somebody can be reached; `unknown` where the server does not tell. */
export type Availability = 'available' | 'unavailable' | 'unknown';

/** All calls over one stream: takes the page's commands and the peers' stanzas to them, in order. */
export class CallManager {
  readonly context: CallContext;
  readonly admission: Admission;
  readonly registry: CallRegistry;
  readonly #presence: PresenceBook;
  readonly #unsubscribe: readonly Unsubscribe[];
  #queue: (() => void)[] = [];
  #cancelDrain: (() => void) | undefined;
  #onlineSince: number;

  constructor(stream: StanzaStream, environment: Environment, tell: CallContext['tell'], settings: CallSettings) {
    this.#onlineSince = environment.now();
    this.context = {
      stream,
      environment,
      tell,
      settings,
      defer: (task) => {
        this.#defer(task);
      },
      devicesOf: (account) => this.#presence.devicesOf(account),
      catchingUp: () => environment.now() - this.#onlineSince < CATCH_UP_MS,
    };
    this.registry = new CallRegistry(this.context);
    this.admission = new Admission(this.context, () => this.calls);
    this.#presence = new PresenceBook(
      (account) => isSameBare(account, stream.jid ?? '') || this.calls.some(({ peer }) => peer === account),
    );
    const jingle = new JingleRouter(this.registry, this.admission, this.context);
    const messages = new MessageRouter(this.registry, this.admission, this.context, () => this.hasOtherDevice);
    this.#unsubscribe = [
      stream.onIq(NS.jingle, (iq) => {
        // What came before was answered by now: this is judged by the state that it left.
        this.#drain();
        return jingle.answer(iq);
      }),
      stream.onMessage((message) => {
        this.#defer(() => {
          messages.take(message);
        });
      }),
      stream.onPresence((stanza) => {
        this.#defer(() => {
          const news = this.#presence.note(stanza);
          if (news) for (const call of this.calls) call.presence(news.jid, news.available);
        });
      }),
      stream.onState((state) => {
        if (state === 'online') this.#onlineSince = environment.now();
        if (state === 'offline') this.#forEach((call) => call.drop());
      }),
      stream.onRebind(() => {
        this.#presence.clear();
        this.#forEach((call) => call.signalingLost());
      }),
    ];
  }

  /** Calls that have not ended. */
  get calls(): readonly Call[] {
    return this.registry.calls;
  }

  /** Another device of ours is there, and may be free. */
  get hasOtherDevice(): boolean {
    const { jid = '' } = this.context.stream;
    return this.#presence.hasDevice(jid, jid) ?? false;
  }

  /** Does what the page wants of a call. @throws CommandError */
  command(command: CallCommand): void {
    if (command.case === 'startCall') {
      this.#start(command.value);
      return;
    }
    const { callId } = command.value;
    const call = this.registry.get(callId);
    if (call) {
      call.guard(() => {
        carryOut(call.controls, command);
      }, true);
      return;
    }
    // What crosses the end of a call on its way is no error: the page will learn of the end.
    const late = this.registry.isKnown(callId) && command.case !== 'propose' && command.case !== 'acceptCall';
    if (!late) throw invalidState('no such call');
  }

  /** Whether somebody can be reached, where servers tell: by presence for contacts, by disco for a named device. @throws CommandError */
  async availability(address: string): Promise<Availability> {
    const { stream } = this.context;
    const jid = parseJid(address);
    if (!jid.ok) throw new CommandError('invalid-address', jid.error.text);
    const known = this.#presence.hasDevice(address);
    if (known) return 'available';
    if (known === false) return 'unavailable';
    if (jid.value.resource === '') return 'unknown';
    try {
      await stream.discoInfo(formatJid(jid.value));
      return 'available';
    } catch (error) {
      const vague = !(error instanceof IqError) || error.condition === 'timeout' || error.condition === 'disconnected';
      return vague ? 'unknown' : 'unavailable';
    }
  }

  /** Leaves every call and lets go of the stream. */
  dispose(): void {
    this.#forEach((call) => call.controls.hangUp({ gone: true, text: '' }));
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#cancelDrain?.();
    this.#queue = [];
  }

  /** Registers an outgoing call and lets the callee's server know us. */
  #start({ callId: id, to, media, transferCallId }: CallValues['startCall']): void {
    const { stream } = this.context;
    const jid = parseJid(to);
    if (!jid.ok) throw new CommandError('invalid-address', jid.error.text);
    if (stream.jid === undefined) throw invalidState('not connected');
    const peer = formatJid(jid.value);
    if (isSameBare(stream.jid, peer)) throw new CommandError('invalid-address', 'our own address');
    if (!/^[\x21-\x7e]{1,128}$/.test(id) || this.registry.isKnown(id))
      throw invalidState('a call needs an id of its own');
    const transfer = transferCallId === '' ? undefined : this.registry.get(transferCallId)?.afterAnswer.transfer;
    if (transferCallId !== '' && !transfer) throw invalidState('no such transfer');
    if (!transfer && !this.admission.mayStart) throw invalidState('another call is under way');
    const kinds: readonly MediaKind[] = [...new Set(media.map(({ kind }) => kind))];
    if (kinds.length === 0) throw invalidState('a call needs media');
    transfer?.check(peer);
    const call = this.registry.create({ sid: id, direction: 'outgoing', peer, media: kinds });
    transfer?.place(call);
    stream.introduceTo(bareOf(peer) ?? peer);
  }

  #forEach(task: (call: Call) => void): void {
    for (const call of this.calls)
      call.guard(() => {
        task(call);
      });
  }

  /** Runs a task later, after everything that was deferred before: answers to IQs go out first. */
  #defer(task: () => void): void {
    this.#queue.push(task);
    this.#cancelDrain ??= this.context.environment.after(0, () => {
      this.#drain();
    });
  }

  #drain(): void {
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    const tasks = this.#queue;
    this.#queue = [];
    for (const task of tasks) {
      try {
        task();
      } catch (error) {
        this.context.environment.log('error', 'fault in a stanza', { error: String(error) });
      }
    }
  }
}

function carryOut<Case extends keyof CallCommands>(
  controls: CallCommands,
  { case: name, value }: CallCommand<Case>,
): void {
  controls[name](value);
}
