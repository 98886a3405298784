import { CodecError } from './index.js';

/** The code of the codec's error with which something ends; `none` if it does not, and the text of any other error. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    return error instanceof CodecError ? error.code : String(error);
  }
  return 'none';
}
