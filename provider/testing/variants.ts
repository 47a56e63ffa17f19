import { variantTable, type VariantName, type Variants } from "../../simulator";

/** Amounts that make a difference, beside the default. */
const amounts: Partial<Record<VariantName, number[]>> = {
  maxListLimit: [7, 50],
  jobSeconds: [0, 0.05],
  jobsVisibleAfter: [0.1],
  keypairNameLag: [0.1],
  serversPerCall: [1, 100],
};

/** Every value of every switch of the simulator, one at a time: what a client must work under. */
export const everyVariant: [string, Partial<Variants>][] = Object.entries(variantTable).flatMap(([name, entry]) => {
  const values: readonly (string | number)[] =
    "amount" in entry ? (amounts[name as VariantName] ?? []) : entry.values.slice(1);
  return values.map((value): [string, Partial<Variants>] => [`${name} ${value}`, { [name]: value }]);
});
