/** A map that forgets its oldest entry when it is full: what peers can make us remember has an end. */
export class BoundedMap<K, V> extends Map<K, V> {
  /** @param keeps entries that others do not push out; there must be few */
  constructor(
    private readonly limit: number,
    private readonly keeps: (key: K) => boolean = () => false,
  ) {
    super();
  }

  override set(key: K, value: V): this {
    this.delete(key);
    for (const oldest of this.keys()) {
      if (this.size < this.limit) break;
      if (!this.keeps(oldest)) this.delete(oldest);
    }
    return super.set(key, value);
  }
}
