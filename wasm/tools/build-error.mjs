/** Why the codecs cannot be built here; the message says what the reader can do. */
export class BuildError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'BuildError';
  }
}
