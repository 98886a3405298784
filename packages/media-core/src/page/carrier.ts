/** Configures the browser's encoder of a sender. Changes are serialized, because each one reads and writes the parameters. */
export class Carrier {
  readonly #sender: RTCRtpSender;
  #scaledDownBy = 1;
  #maxBitrate: number | undefined;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  /** @param by divisor of width and height, at least 1 */
  scaleDown(by: number): void {
    if (by === this.#scaledDownBy) return;
    this.#scaledDownBy = by;
    this.#change((encoding) => {
      encoding.scaleResolutionDownBy = by;
    });
  }

  /** @param maxBitrate bits/s; undefined for no limit */
  limit(maxBitrate: number | undefined): void {
    if (maxBitrate === this.#maxBitrate) return;
    this.#maxBitrate = maxBitrate;
    this.#change((encoding) => {
      if (maxBitrate === undefined) delete encoding.maxBitrate;
      else encoding.maxBitrate = maxBitrate;
    });
  }

  /** Requests a key frame where the browser supports that. Elsewhere the peer requests one later. */
  makeKeyFrame(): void {
    this.#change(() => undefined, { encodingOptions: [{ keyFrame: true }] });
  }

  #change(edit: (encoding: RTCRtpEncodingParameters) => void, options?: RTCSetParameterOptions): void {
    const change = async () => {
      const parameters = this.#sender.getParameters();
      const [encoding] = parameters.encodings;
      // There is no encoder before negotiation and after the end of the connection.
      if (!encoding) return;
      edit(encoding);
      await this.#sender.setParameters(parameters, options);
    };
    this.#lastChange = this.#lastChange.then(change).catch(() => undefined);
  }
}
