/** Pixels of the largest picture that is sent and shown between our own widgets: 1920x1080, in whole blocks of 16. */
export const MAX_PIXELS = 1920 * 1088;
/** The same of a picture that the browser shows of a plain peer. */
export const MAX_PLAIN_PIXELS = 4096 * 2304;

/** What a size has to be multiplied by to be no larger than that; 1 at most. */
export function scaleToLimit(width: number, height: number): number {
  return Math.min(1, Math.sqrt((1920 * 1080) / Math.max(width * height, 1)));
}
