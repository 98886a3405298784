import { append, attribute, childOf, isNamed, el, isLine, isWord, setAttribute, textOf, type Element } from './xml.js';

/**
 * Tables that say once what an element holds, and serve both directions: reading what a peer sent into a typed value,
 * and writing the value. An element in which something makes no sense is left out as a whole, unless the field says otherwise.
 */

/** What a text stands for; undefined where it makes no sense. */
export type Reader<T> = (text: string) => T | undefined;

/** One property of a value: its place in an element. `key` is the name of the property, and of the attribute by default. */
export interface Field<T> {
  /** Undefined makes the whole value undefined, unless the field is optional. */
  read(element: Element, key: string): T | undefined;
  /** `namespace` is that of the element. */
  write(value: T, element: Element, key: string, namespace: string): void;
  readonly isOptional?: boolean;
}
export interface OptionalField<T> extends Field<T> {
  readonly isOptional: true;
}

/** A field for every property, in the order in which child elements are written. */
export type Table<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalField<Exclude<T[K], undefined>> : Field<T[K]>;
};

/** A kind of element and the value that it stands for. */
export interface ElementType<T> {
  readonly name: string;
  readonly namespace: string;
  /** Undefined for an element that makes no sense. Its name is not looked at. */
  parse(element: Element): T | undefined;
  /** `outer` is the namespace of the element that it goes into. */
  build(value: T, outer?: string): Element;
}

/** An unsigned integer in decimal. */
export const uint =
  (max: number, min = 0): Reader<number> =>
  (text) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= min && value <= max ? value : undefined;
  };

/** Text of at most so many characters. */
export const upTo =
  (max: number, isGood: (text: string) => boolean = () => true): Reader<string> =>
  (text) =>
    text.length <= max && isGood(text) ? text : undefined;

/** Text that can be one field of a line of SDP. */
export const word = (max: number): Reader<string> => upTo(max, isWord);
/** Text that can stand in a line of SDP. */
export const line = (max: number): Reader<string> => upTo(max, isLine);

/** One of the words, as written. */
export const oneOf =
  <T extends string>(words: readonly T[]): Reader<T> =>
  (text) =>
    words.find((one) => one === text);

/** Reads `value` out of what makes no sense. */
export const or =
  <T>(read: Reader<T>, value: T): Reader<T> =>
  (text) =>
    read(text) ?? value;

/** Reads without regard to case. */
export const lower =
  <T>(read: Reader<T>): Reader<T> =>
  (text) =>
    read(text.toLowerCase());

/** An attribute; undefined where it is absent or senseless. */
export function valueAt<T>(element: Element, name: string, read: Reader<T>): T | undefined {
  const text = attribute(element, name);
  return text === undefined ? undefined : read(text);
}

/** An attribute without which the element makes no sense. */
export function required<T>(read: Reader<T>, name?: string): Field<T> {
  return {
    read: (element, key) => valueAt(element, name ?? key, read),
    write: (value, element, key) => {
      setAttribute(element, name ?? key, String(value));
    },
  };
}

export function optional<T>(read: Reader<T>, name?: string): OptionalField<T> {
  return { ...required(read, name), isOptional: true };
}

/** An attribute that is always written, and counts as `value` where a peer leaves it out. */
export function assumed<T>(read: Reader<T>, value: T): Field<T> {
  return {
    ...required(read),
    read(element, key) {
      const text = attribute(element, key);
      return text === undefined ? value : read(text);
    },
  };
}

/** An attribute that is left out where it is `value`. */
export function implied<T>(read: Reader<T>, value: T): Field<T> {
  const field = assumed(read, value);
  return {
    ...field,
    write: (given, ...place) => {
      if (given !== value) field.write(given, ...place);
    },
  };
}

/** The text inside the element, without surrounding blanks. */
export function body<T extends string | number>(read: Reader<T>): Field<T> {
  return {
    read: (element) => read(textOf(element).trim()),
    write: (value, element) => {
      append(element, String(value));
    },
  };
}

/** Child elements in order of appearance; of more than `max` the rest is left out, as are those that make no sense. */
export function list<T>(type: ElementType<T>, max: number): Field<readonly T[]> {
  return {
    read(element) {
      const found: T[] = [];
      for (const child of element.children) {
        if (typeof child === 'string' || found.length === max || !isNamed(child, type.name, type.namespace)) continue;
        const value = type.parse(child);
        if (value !== undefined) found.push(value);
      }
      return found;
    },
    write(values, element, _key, namespace) {
      for (const value of values) append(element, type.build(value, namespace));
    },
  };
}

/** As `list`, where an element without any makes no sense. */
export function some<T>(type: ElementType<T>, max: number): Field<readonly T[]> {
  const field = list(type, max);
  return {
    ...field,
    read(element, key) {
      const found = field.read(element, key);
      return found?.length ? found : undefined;
    },
  };
}

/** As `list`, where none is the same as no property. */
export function any<T>(type: ElementType<T>, max: number): OptionalField<readonly T[]> {
  return { ...some(type, max), isOptional: true };
}

/** The first child element of a type. */
export function child<T>(type: ElementType<T>): OptionalField<T> {
  const field = list(type, 1);
  return {
    read: (element, key) => field.read(element, key)?.[0],
    write: (value, ...place) => {
      field.write([value], ...place);
    },
    isOptional: true,
  };
}

/** True where there is an empty child element of this name. */
export function flag(name: string, namespace: string): Field<boolean> {
  return {
    read: (element) => childOf(element, name, namespace) !== undefined,
    write(value, element, _key, outer) {
      if (value) append(element, start(name, namespace, outer));
    },
  };
}

/** A value whose properties are fields of one element. */
export function record<T>(table: Table<T>): Field<T> {
  const fields = Object.entries<Field<unknown>>(table).map(([key, field]) => ({ key, field }));
  return {
    read(element) {
      const value: Record<string, unknown> = {};
      for (const { key, field } of fields) {
        const one = field.read(element, key);
        if (one !== undefined) value[key] = one;
        else if (!field.isOptional) return undefined;
      }
      return value as T;
    },
    write(value, element, _key, namespace) {
      for (const { key, field } of fields) {
        const one = value[key as keyof T];
        if (one !== undefined) field.write(one, element, key, namespace);
      }
    },
  };
}

/** An element that holds a record or, where the value is one thing, one field. `refine` has the last word on what is read. */
export function elementType<T>(
  name: string,
  namespace: string,
  field: Field<T>,
  refine: (value: T) => T | undefined = (value) => value,
): ElementType<T> {
  return {
    name,
    namespace,
    parse(element) {
      const value = field.read(element, '');
      return value === undefined ? value : refine(value);
    },
    build(value, outer) {
      const element = start(name, namespace, outer);
      field.write(value, element, '', namespace);
      return element;
    },
  };
}

/** An element that says its namespace where it is another than that of its parent. */
function start(name: string, namespace: string, outer?: string): Element {
  return el(name, { xmlns: namespace === outer ? undefined : namespace });
}
