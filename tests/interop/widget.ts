import type { MediaCorePreference } from '@xmpp-call/client';
import type {} from '@xmpp-call/element';
import type { BrowserHandle } from '../tools/browsers.js';
import { measureTone, type ToneReading } from '../tools/media-probe.js';
import { WidgetPage } from '../tools/widget-page.js';
import { DinoFault } from './dino-fault.js';
import { type Devices, replaceDevices } from './page-devices.js';
import { Picture, showsColourBars } from './picture.js';
import { until } from './until.js';

const TIMEOUT_MS = 20_000;
const TONE_TOLERANCE_HZ = 20;
const MIN_SNR_DB = 15;
/** DTLS and 20 s of RTCP stay well below this; 20 s of Opus are ten times as much. */
const SILENT_BYTES = 10_000;
const REMOTE_SOUND = 'audio';
const REMOTE_VIDEO = '[part~="remote-video"]';
const PICTURE_SIZE = { width: 70, height: 52 };

/** A widget that talks with Dino: what is heard and seen of it. */
export class Widget extends WidgetPage {
  static async open(browser: BrowserHandle, address: string, devices: Devices): Promise<Widget> {
    const scripts = [
      'globalThis.xmppCallTest.observeConnections();',
      `(${replaceDevices.toString()})(${JSON.stringify(devices)})`,
    ];
    return new Widget(await browser.newPage(address, { scripts }));
  }

  /** What the page wrote to its console, the errors that nothing in it handled, and what became of the call. */
  async report(): Promise<string> {
    const call = await this.page.evaluate(async () => {
      const call = document.querySelector('xmpp-call')?.call;
      const { state, endReason, error } = call ?? {};
      const statistics = state === 'active' ? await call?.getStatistics() : undefined;
      return { state, endReason, code: error?.code, error: error?.stack, cause: String(error?.cause), statistics };
    });
    const lines = this.page.log.map(({ level, text }) => `${level}: ${text}`);
    return [...lines, JSON.stringify(call, undefined, 2)].join('\n');
  }

  /** Presses the call button. */
  async startCall({
    video,
    mediaCore = 'native',
  }: {
    readonly video: boolean;
    readonly mediaCore?: MediaCorePreference;
  }): Promise<void> {
    await this.page.evaluate(
      (wanted, codecs) => {
        const element = document.querySelector('xmpp-call');
        element?.toggleAttribute('video', wanted);
        element?.setAttribute('media-core', codecs);
      },
      video,
      mediaCore,
    );
    await this.press('launcher');
  }

  /** Waits until an incoming call has gone that was not answered: the agent's page puts it away. */
  async stopsRinging(): Promise<void> {
    await this.page.waitFor(() => (document.querySelector('xmpp-call')?.call?.state ?? 'ended') === 'ended', {
      what: 'the end of an incoming call',
    });
  }

  /**
   * Waits until what the page plays is a tone within 20 Hz of `frequencyHz` and at least 15 dB above all else.
   * @throws {DinoFault} when hardly anything has arrived on a transport of a call that is connected
   */
  async hears(frequencyHz: number): Promise<ToneReading> {
    let tone: ToneReading | undefined;
    const probe = async (): Promise<ToneReading | undefined> => {
      if (!(await this.playsSound())) return undefined;
      tone = await measureTone(this.page, REMOTE_SOUND, { windows: 1, timeoutMs: TIMEOUT_MS });
      const right = Math.abs(tone.frequencyHz - frequencyHz) <= TONE_TOLERANCE_HZ;
      return right && tone.snrDb >= MIN_SNR_DB ? tone : undefined;
    };
    return this.orDinoFault(
      until(`${String(frequencyHz)} Hz on the page`, probe, TIMEOUT_MS, () => JSON.stringify(tone)),
    );
  }

  /**
   * Waits until the page shows Dino's colour bars.
   * @throws {DinoFault} as `hears` does
   */
  async seesColourBars(): Promise<void> {
    const probe = async (): Promise<true | undefined> => {
      const picture = await this.remotePicture();
      return picture && showsColourBars(picture) ? true : undefined;
    };
    await this.orDinoFault(until('colour bars on the page', probe, TIMEOUT_MS));
  }

  /** Dino has one transport for each content: one on which nearly nothing arrives is one that Dino sends nothing on. */
  private async orDinoFault<T>(outcome: Promise<T>): Promise<T> {
    try {
      return await outcome;
    } catch (cause) {
      const bytes = await this.page.evaluate(() => globalThis.xmppCallTest.receivedBytes());
      const silent = bytes.some((count) => count < SILENT_BYTES);
      if ((await this.outcome()).state !== 'active' || !silent) throw cause;
      throw new DinoFault(`Dino sends nothing: ${bytes.join(' and ')} bytes have arrived`, { cause });
    }
  }

  private playsSound(): Promise<boolean> {
    return this.page.evaluate((selector) => {
      const audio = globalThis.xmppCallTest.find(selector);
      if (!(audio instanceof HTMLAudioElement) || audio.paused || audio.muted) return false;
      return audio.srcObject instanceof MediaStream && audio.srcObject.getAudioTracks().length > 0;
    }, REMOTE_SOUND);
  }

  /** What the remote video shows now, scaled down; undefined while it shows nothing. */
  private async remotePicture(): Promise<Picture | undefined> {
    const { width, height } = PICTURE_SIZE;
    const rgb = await this.page.evaluate(
      (selector, columns, rows) => {
        const video = globalThis.xmppCallTest.find(selector);
        const pen = new OffscreenCanvas(columns, rows).getContext('2d');
        if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0 || !pen) return undefined;
        pen.drawImage(video, 0, 0, columns, rows);
        return [...pen.getImageData(0, 0, columns, rows).data].filter((_, index) => index % 4 !== 3);
      },
      REMOTE_VIDEO,
      width,
      height,
    );
    return rgb && new Picture(width, height, Uint8Array.from(rgb));
  }
}
