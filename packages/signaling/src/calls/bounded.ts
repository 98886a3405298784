/** A map that forgets its oldest entry when it is full: what peers can make us remember has an end. */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly limit: number) {
    super();
  }

  override set(key: K, value: V): this {
    this.delete(key);
    for (const oldest of this.keys()) {
      if (this.size < this.limit) break;
      this.delete(oldest);
    }
    return super.set(key, value);
  }
}
