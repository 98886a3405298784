/** Changes what a sender's browser encoder makes. Changes follow each other: parameters are read, then written. */
export class Carrier {
  readonly #sender: RTCRtpSender;
  #scaledDownBy = 1;
  #maxBitrate: number | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  /** @param by what each dimension is divided by, 1 or more */
  scaleDown(by: number): void {
    if (by === this.#scaledDownBy) return;
    this.#scaledDownBy = by;
    this.#change((encoding) => {
      encoding.scaleResolutionDownBy = by;
    });
  }

  /** @param maxBitrate bits/s; undefined for as many as the browser likes */
  limit(maxBitrate: number | undefined): void {
    if (maxBitrate === this.#maxBitrate) return;
    this.#maxBitrate = maxBitrate;
    this.#change((encoding) => {
      if (maxBitrate === undefined) delete encoding.maxBitrate;
      else encoding.maxBitrate = maxBitrate;
    });
  }

  /** Where the browser can be told; elsewhere the peer asks for one in time. */
  makeKeyFrame(): void {
    this.#change(() => undefined, { encodingOptions: [{ keyFrame: true }] });
  }

  #change(edit: (encoding: RTCRtpEncodingParameters) => void, options?: RTCSetParameterOptions): void {
    const change = async () => {
      const parameters = this.#sender.getParameters();
      const [encoding] = parameters.encodings;
      // Nothing is negotiated, or the connection is closed: there is no encoder to be told.
      if (!encoding) return;
      edit(encoding);
      await this.#sender.setParameters(parameters, options);
    };
    this.#tail = this.#tail.then(change).catch(() => undefined);
  }
}
