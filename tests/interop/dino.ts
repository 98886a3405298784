import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCamera } from './camera.js';
import type { Account } from './contacts.js';
import { Desktop } from './desktop.js';
import { DinoFault, gotRemoteFrames } from './dino-fault.js';
import { DinoDatabase, type RememberedCall } from './dino-database.js';
import { type Colour, similar } from './picture.js';
import { privateMounts, requireDinoMachine } from './requirements.js';
import type { Window } from './screen.js';
import { strongestTone, type Tone } from './sound.js';
import { until } from './until.js';

export interface DinoOptions {
  /** Account on a server that listens on port 5222 of its domain: without SRV records Dino knows no other. */
  readonly account: Account;
  /** PEM file of the authority that signed the server's certificate: the only one this Dino trusts. */
  readonly caFile: string;
  /** Frequency of the sine that Dino's microphone hears; silence if absent. */
  readonly toneHz?: number;
  /** Folder under which Dino and its desktop keep everything they write. */
  readonly dir: string;
}

const RESOURCE = 'dino';
const GSTREAMER_LOG = 'gstreamer.log';
const TIMEOUT_MS = 20_000;
const MENU_TIMEOUT_MS = 1500;

const RECORDING_MS = 500;
const MIN_SNR_DB = 10;
const MIN_AMPLITUDE = 0.01;
const TONE_TOLERANCE_HZ = 20;
/* Dino's controls and its own picture cover some of the remote one. */
const MIN_COLOUR_SHARE = 0.3;

/* Places in pixels; in the main window from its upper right corner, in the call window from the middle of its lower edge. */
const MAIN_WINDOW_MIN_WIDTH = 1000;
const CALL_BUTTON = { fromRight: 222, fromTop: 28 };
const MENU_MIN_HEIGHT = 80;
/* Fractions of the menu's height. */
const MENU_ITEMS = { audio: 0.41, video: 0.64 } as const;
const CONTROLS = { mic: -70, cam: 0, hangup: 70 } as const;
const CONTROLS_FROM_BOTTOM = 52;
/* Between the rim of the red button and the symbol in it. */
const HANGUP_RIM = 17;
const HANGUP_COLOUR: Colour = [224, 27, 36];

/** Starts Dino and waits until it is online. Throws, naming what is missing, on a machine where it cannot run. */
export async function startDino(options: DinoOptions): Promise<Dino> {
  await requireDinoMachine();
  await mkdir(options.dir, { recursive: true });
  const home = await mkdtemp(join(options.dir, 'dino-'));
  const plugins = await buildCamera(home);
  const desktop = await Desktop.start(home);
  desktop.env.GST_PLUGIN_PATH = plugins;
  desktop.env.GST_REGISTRY = join(home, 'gstreamer-registry.bin');
  desktop.env.G_MESSAGES_DEBUG = 'libdino rtp ice';
  desktop.env.GST_DEBUG = 'basesink:6';
  desktop.env.GST_DEBUG_NO_COLOR = '1';
  try {
    return await startOn(desktop, options);
  } catch (error) {
    await desktop.stop();
    throw error;
  }
}

async function startOn(desktop: Desktop, { account, caFile, toneHz }: DinoOptions): Promise<Dino> {
  const database = new DinoDatabase(desktop);
  await database.createWith(account, RESOURCE);
  if (toneHz !== undefined) await desktop.playTone(toneHz);

  desktop.env.GST_DEBUG_FILE = join(desktop.home, GSTREAMER_LOG);
  const program = await desktop.start('dino', privateMounts(caFile, ['dino-im', '--print-xmpp=no-ansi;show-ns;all']));
  const isOwnPresence = (line: string): boolean =>
    line.includes('{jabber:client}:presence ') && line.includes(`from='${account.jid}/${RESOURCE}'`);
  let log = '';
  await until(
    `${account.jid} online in Dino`,
    async () => {
      if (!program.running()) throw new Error(await program.exited);
      log = await desktop.output('dino');
      return log.split('\n').some(isOwnPresence) || undefined;
    },
    TIMEOUT_MS,
    () => log.slice(-1000),
  );
  return new Dino(account.jid, desktop, database);
}

/** Dino 0.4, a desktop XMPP client, on a desktop of its own. Its camera shows SMPTE colour bars. */
export class Dino {
  private lastAnswered = 0;

  constructor(
    readonly jid: string,
    private readonly desktop: Desktop,
    private readonly database: DinoDatabase,
  ) {}

  /** Waits until a call rings that was neither accepted nor declined. */
  async incomingCall(): Promise<RememberedCall> {
    return until(
      'an incoming call in Dino',
      async () => {
        const last = await this.database.lastCall();
        return last?.direction === 'incoming' && last.id > this.lastAnswered ? last : undefined;
      },
      TIMEOUT_MS,
    );
  }

  /** Waits for a call and accepts it, with the media it was proposed with. */
  async answerIncoming(): Promise<void> {
    await this.answer('accept-call', await this.incomingCall());
  }

  /** Waits for a call and declines it. */
  async declineIncoming(): Promise<void> {
    await this.answer('reject-call', await this.incomingCall());
  }

  /** Calls a contact of whom Dino has seen a presence with caps that tell of Jingle calls; returns once the call is placed. */
  async call(jid: string, media: 'audio' | 'video'): Promise<void> {
    const before = (await this.database.lastCall())?.id ?? 0;
    await this.desktop.run('dino-im', `xmpp:${jid}?message`);
    const menu = await until("Dino's menu of calls", () => this.openCallMenu(), TIMEOUT_MS);
    await this.desktop.screen.press(menu, menu.width / 2, menu.height * MENU_ITEMS[media]);
    await until('an outgoing call in Dino', async () => {
      const last = await this.database.lastCall();
      return last !== undefined && last.id > before ? true : undefined;
    });
  }

  /** Presses a button of the call window; they appear together, when the pointer moves. */
  async click(button: 'mic' | 'cam' | 'hangup'): Promise<void> {
    const window = await until("the buttons of Dino's call window", () => this.showControls(), TIMEOUT_MS);
    await this.desktop.screen.click(window, window.width / 2 + CONTROLS[button], window.height - CONTROLS_FROM_BOTTOM);
  }

  /** Waits until the window of a call is on the screen. */
  callWindow(): Promise<Window> {
    return until("Dino's call window", () => this.findCallWindow(), TIMEOUT_MS);
  }

  /** Waits until no call window is left. Dino keeps it for some seconds to say who hung up. */
  async callWindowGone(): Promise<void> {
    const probe = async (): Promise<true | undefined> => ((await this.findCallWindow()) ? undefined : true);
    await until("the end of Dino's call window", probe, TIMEOUT_MS);
  }

  /** Waits until Dino remembers the last call in this state. */
  async remembers(state: RememberedCall['state']): Promise<void> {
    let last: RememberedCall | undefined;
    await until(
      `a call that Dino remembers as ${state}`,
      async () => {
        last = await this.database.lastCall();
        return last?.state === state ? true : undefined;
      },
      TIMEOUT_MS,
      () => JSON.stringify(last),
    );
  }

  /** Waits until Dino plays a tone within 20 Hz of `frequencyHz` and at least 10 dB above all else. */
  async playedTone(frequencyHz: number): Promise<Tone> {
    let tone: Tone | undefined;
    return until(
      `${String(frequencyHz)} Hz played by Dino`,
      async () => {
        tone = strongestTone(await this.desktop.record(RECORDING_MS));
        const right = Math.abs(tone.frequencyHz - frequencyHz) <= TONE_TOLERANCE_HZ;
        return right && tone.snrDb >= MIN_SNR_DB && tone.amplitude >= MIN_AMPLITUDE ? tone : undefined;
      },
      TIMEOUT_MS,
      () => JSON.stringify(tone),
    );
  }

  /**
   * Waits until a remote picture of one colour fills the call window.
   * @throws {DinoFault} when Dino got a picture and did not paint it
   */
  async videoSeen(colour: Colour): Promise<void> {
    const probe = async (): Promise<true | undefined> => {
      const picture = await this.desktop.screen.picture(await this.callWindow());
      return picture.share(colour) >= MIN_COLOUR_SHARE || undefined;
    };
    try {
      await until(`${String(colour)} in Dino's call window`, probe, TIMEOUT_MS);
    } catch (cause) {
      const gstreamerLog = await readFile(join(this.desktop.home, GSTREAMER_LOG), 'utf8');
      if (!gotRemoteFrames(await this.log(), gstreamerLog)) throw cause;
      throw new DinoFault('Dino got a picture and did not paint it', { cause });
    }
  }

  /** Dino's output since its start, with every stanza. */
  log(): Promise<string> {
    return this.desktop.output('dino');
  }

  /** Saves the whole screen as PNG. */
  screenshot(path: string): Promise<void> {
    return this.desktop.screen.screenshot(path);
  }

  stop(): Promise<void> {
    return this.desktop.stop();
  }

  /** The button appears once Dino knows that the contact can be called; before that the click hits nothing. */
  private async openCallMenu(): Promise<Window | undefined> {
    const main = (await this.desktop.screen.windows()).find((window) => window.width >= MAIN_WINDOW_MIN_WIDTH);
    if (!main) return undefined;
    await this.desktop.screen.click(main, main.width - CALL_BUTTON.fromRight, CALL_BUTTON.fromTop);
    const findMenu = async (): Promise<Window | undefined> =>
      (await this.desktop.screen.popups('Dino')).find((popup) => popup.height >= MENU_MIN_HEIGHT);
    return until("Dino's menu of calls", findMenu, MENU_TIMEOUT_MS).catch(() => undefined);
  }

  private async showControls(): Promise<Window | undefined> {
    const window = await this.callWindow();
    await this.desktop.screen.hover(window);
    const picture = await this.desktop.screen.picture(window);
    const left = (window.width / 2 + CONTROLS.hangup - HANGUP_RIM) / window.width;
    const colour = picture.at(left, 1 - CONTROLS_FROM_BOTTOM / window.height);
    return similar(colour, HANGUP_COLOUR) ? window : undefined;
  }

  private async findCallWindow(): Promise<Window | undefined> {
    return (await this.desktop.screen.windows()).find((window) => window.width < MAIN_WINDOW_MIN_WIDTH);
  }

  private async answer(action: 'accept-call' | 'reject-call', call: RememberedCall): Promise<void> {
    this.lastAnswered = call.id;
    const object = ['--session', '--dest', 'im.dino.Dino', '--object-path', '/im/dino/Dino'];
    const parameter = `[<(int32 ${String(call.conversation)}, int32 ${String(call.id)})>]`;
    await this.desktop.run('gdbus', 'call', ...object, '--method', 'org.gtk.Actions.Activate', action, parameter, '{}');
  }
}
