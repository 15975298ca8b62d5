/** The type of a value once it was kept as JSON: a Date is its text, and nothing is null. */

export type Stored<T> = unknown extends T ? unknown : [T] extends [never] ? never : StoredOf<T>;

type StoredOf<T> = T extends { toJSON(): infer Json }
  ? Stored<Json>
  : T extends string | number | boolean | null
    ? T
    : undefined extends T
      ? null
      : T extends object
        ? { [Key in keyof T]: Member<T[Key]> }
        : unknown;

/** A member that is undefined is left out. */
type Member<T> = unknown extends T ? unknown : T extends undefined ? undefined : Stored<T>;
