import { stoppable } from "../testing/simulatedCloud";
import { JointOperation } from "./jointOperation";

describe("a joint operation", () => {
  test("lasts as long as one that joined later", () => {
    const [one, late] = [stoppable(), { ...stoppable(), deadline: Infinity }];
    const joint = new JointOperation(one);
    joint.join(late);
    one.stop();
    expect([joint.signal.aborted, joint.deadline]).toEqual([false, Infinity]);
    late.stop();
    expect(joint.signal.aborted).toBe(true);
  });

  test("counts one that joins twice once", () => {
    const [one, two] = [stoppable(), stoppable()];
    const joint = new JointOperation(one);
    joint.join(two);
    joint.join(two);
    one.stop();
    two.stop();
    expect(joint.signal.aborted).toBe(true);
  });

  test("is joined by nobody once it is over", () => {
    const late = stoppable();
    const joint = new JointOperation(stoppable());
    joint.end();
    joint.join(late);
    late.stop();
    expect(joint.signal.aborted).toBe(false);
  });
});
