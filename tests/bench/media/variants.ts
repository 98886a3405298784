/** What is compared: a call by the browser's codecs, and one by ours. */
export type Variant = 'native' | 'own';

/** One figure of each. */
export type Compared<T> = Readonly<Record<Variant, T>>;

export async function compare<T>(measure: (variant: Variant) => Promise<T>): Promise<Compared<T>> {
  return { native: await measure('native'), own: await measure('own') };
}
