import { append, buildJingle, el } from '@xmpp-call/jingle';
import type { Element, Jingle, JingleAction } from '@xmpp-call/jingle';
import type { IqError, StanzaStream } from '../stanza-stream.js';

/** What a Jingle action says besides its name and its session. */
export type JingleParts = Partial<Pick<Jingle, 'contents' | 'groups' | 'reason' | 'info'>> & {
  /** An element of another namespace. */
  readonly extra?: Element | undefined;
};

/** Sends one Jingle action. @throws IqError */
export async function sendJingle(
  stream: StanzaStream,
  to: string,
  sid: string,
  action: JingleAction,
  { extra, ...parts }: JingleParts,
): Promise<void> {
  const { jid } = stream;
  const jingle: Jingle = {
    action,
    sid,
    contents: [],
    groups: [],
    ...parts,
    ...(action === 'session-initiate' && jid !== undefined && { initiator: jid }),
    ...(action === 'session-accept' && jid !== undefined && { responder: jid }),
  };
  // What ends a session is said again where the stream gets a new address before it was heard.
  const repeat = action === 'session-terminate';
  const element = buildJingle(jingle);
  if (extra) append(element, extra);
  await stream.request(el('iq', { type: 'set', to }, [element]), { repeat });
}

/** Sends an action that the state of the session allows; `onResult` comes once the peer has acknowledged it. */
export type SendJingle = (
  action: JingleAction,
  parts: JingleParts,
  onError?: (error: IqError) => void,
  onResult?: () => void,
) => void;
