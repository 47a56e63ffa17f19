import type { Input } from "@pulumi/pulumi";

/** The same value as a program may give it: at every level plain, a promise, or an output of another resource. */
export type InputOf<T> = Input<
  T extends readonly (infer Item)[] ? InputOf<Item>[] : T extends object ? { [Name in keyof T]: InputOf<T[Name]> } : T
>;

/** Arguments of which each may be given as an {@link InputOf | input}. */
export type ArgsOf<T> = { [Name in keyof T]: InputOf<T[Name]> };
