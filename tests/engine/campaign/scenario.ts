/** Random stories for the real engine, whose runs may be cut short. */
import fc from "fast-check";
import type { PlayedRule } from "../../campaign/playedCloud";
import { scenario, step, steps, type Step } from "../../campaign/scenario";
import { cut, type Cut } from "./cut";

/** A step whose run may be cut short. */
export interface EngineStep extends Step {
  cut?: Cut;
}

/** Only operations with an effect have a time that the program sets: looks are not to be held up for minutes. */
function bounded(rule: PlayedRule): PlayedRule[] {
  const { match = {}, times, action } = rule;
  const isLook = match.operation === undefined || /^(List|Show)/.test(match.operation);
  if (isLook && action.type === "hang") return [];
  return [{ ...rule, times: isLook ? Math.min(times ?? 5, 5) : times }];
}

const engineStep: fc.Arbitrary<EngineStep> = fc
  .tuple(step, fc.option(cut, { nil: undefined }))
  .map(([{ faults, ...rest }, cutAt]) => ({ ...rest, faults: faults.flatMap(bounded), cut: cutAt }));

/** As many runs as the suite has time for. */
export const engineScenario = scenario(steps(engineStep, { minLength: 2, maxLength: 3 }));
