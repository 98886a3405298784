/** A page on npm `stanza` as an integrator writes it, for `PageOptions.scripts`: its MediaSession, plus the calls of XEP-0353. */
import { JXT, createClient, type Agent } from 'stanza';
import type { MediaSession } from 'stanza/jingle/index.js';

const JMI = 'urn:xmpp:jingle-message:0';

interface Call {
  readonly id?: string;
}
interface CallMessage {
  readonly from?: string;
  readonly propose?: Call;
  readonly proceed?: Call;
}

export interface StanzaOptions {
  readonly service: string;
  readonly jid: string;
  readonly password: string;
}

let client: Agent | undefined;
let session: MediaSession | undefined;

const tools = {
  /** Signs in and answers every call with sound and pictures. Returns the full JID. */
  async signIn({ service, jid, password }: StanzaOptions): Promise<string> {
    const agent = createClient({ jid, password, transports: { websocket: service, bosh: false } });
    client = agent;
    agent.stanzas.define(
      ['propose', 'proceed'].map((element) => ({
        element,
        fields: { id: JXT.attribute('id') },
        namespace: JMI,
        path: `message.${element}`,
      })),
    );
    agent.disco.addFeature(JMI);
    agent.on('message', (message) => {
      const { from = '', propose } = message as CallMessage;
      if (propose)
        agent.sendMessage(Object.assign({ to: from, type: 'chat' as const }, { proceed: { id: propose.id } }));
    });
    agent.on('jingle:incoming', (incoming) => {
      void answer(incoming as unknown as MediaSession);
    });
    const started = new Promise<string>((resolve, reject) => {
      agent.on('session:started', () => {
        resolve(agent.jid);
      });
      agent.on('auth:failed', () => {
        reject(new Error('not signed in'));
      });
    });
    agent.connect();
    const full = await started;
    await agent.discoverICEServers();
    // stanza writes `?transport=udp` behind STUN too, which RFC 7064 does not have and Chromium refuses.
    for (const server of agent.jingle.iceServers) {
      server.urls = [server.urls].flat().map((url) => (url.startsWith('stun') ? url.replace(/\?.*/, '') : url));
    }
    agent.sendPresence();
    return full;
  },

  /** Calls a device with sound and pictures. */
  async call(device: string): Promise<void> {
    if (!client) throw new Error('not signed in');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    session = show(client.jingle.createMediaSession(device, undefined, stream));
    await session.start();
  },

  /** As its connection has it. */
  state: () => session?.pc.connectionState,

  end(): void {
    session?.end('success');
    client?.disconnect();
  },
};

async function answer(incoming: MediaSession): Promise<void> {
  session = show(incoming);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  for (const track of stream.getTracks()) await incoming.addTrack(track, stream);
  await incoming.accept();
}

/** What comes in goes to the video of the page. */
function show(one: MediaSession): MediaSession {
  const render = (): void => {
    const video = document.querySelector('video') ?? document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true });
    video.srcObject = new MediaStream(one.pc.getReceivers().map((receiver) => receiver.track));
    document.body.append(video);
  };
  one.pc.addEventListener('track', render);
  // An incoming session is told of after its tracks.
  if (one.pc.getReceivers().length > 0) render();
  return one;
}

declare global {
  var stanzaPage: typeof tools;
}
globalThis.stanzaPage = tools;
