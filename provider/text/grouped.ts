/** Items by what they have in common, in their order. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * The groups that messages tell of, in their order where they are not too many. Otherwise the largest, of each kind one before the next
 * of any; and what belongs to the others.
 */
export function mostTold<T>(
  groups: ReadonlyMap<string, T[]>,
  most: number,
  kindOf: (group: readonly T[]) => string = () => "",
): { told: [string, T[]][]; others: T[] } {
  if (groups.size <= most) return { told: [...groups], others: [] };
  const bySize = [...groups].sort(([, one], [, other]) => other.length - one.length);
  const kinds = [...grouped(bySize, ([, group]) => kindOf(group)).values()];
  const ranked = [...kinds.flatMap((kind) => kind.slice(0, 1)), ...kinds.flatMap((kind) => kind.slice(1))];
  return { told: ranked.slice(0, most), others: ranked.slice(most).flatMap(([, group]) => group) };
}
