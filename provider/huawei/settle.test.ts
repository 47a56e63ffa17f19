import { operation, useShortBackoff } from "../testing/simulatedCloud";
import { clock } from "../operation/clock";
import { HuaweiCloudError } from "./errors/errors";
import { sendSettled } from "./settle";

const lost = new HuaweiCloudError({ operation: "KPS CreateKeypair", message: "no answer", outcomeUnknown: true });
const refused = new HuaweiCloudError({ operation: "KPS CreateKeypair", message: "exists", status: 400 });

useShortBackoff();

/** A function that goes through the results one by one: errors are thrown. */
function sequence<T>(...results: (T | Error)[]): jest.Mock<Promise<T>, []> {
  return jest.fn(() => {
    const result = results.shift();
    return result instanceof Error ? Promise.reject(result) : Promise.resolve(result as T);
  });
}

test("an answer is returned without a look", async () => {
  const look = sequence<string | undefined>();
  await expect(sendSettled(operation(), sequence("sent"), look)).resolves.toBe("sent");
  expect(look).not.toHaveBeenCalled();
});

test("a refusal is thrown without a look", async () => {
  const look = sequence<string | undefined>();
  await expect(sendSettled(operation(), sequence<string>(refused), look)).rejects.toBe(refused);
  expect(look).not.toHaveBeenCalled();
});

test("after a lost answer, what is seen is the result, and nothing is sent again", async () => {
  const send = sequence<string>(lost, "sent again");
  await expect(sendSettled(operation(), send, sequence("seen"))).resolves.toBe("seen");
  expect(send).toHaveBeenCalledTimes(1);
});

test("after a lost answer without an effect the call is sent again", async () => {
  const send = sequence<string>(lost, "sent again");
  await expect(sendSettled(operation(), send, sequence<string | undefined>(undefined))).resolves.toBe("sent again");
});

test("a refusal that follows a lost answer may be its doing: it is looked at", async () => {
  const look = sequence<string | undefined>(undefined, "seen");
  await expect(sendSettled(operation(), sequence<string>(lost, refused), look)).resolves.toBe("seen");
});

test("where looking fails as well, the outcome stays unknown", async () => {
  const look = sequence<string>(
    new HuaweiCloudError({ operation: "KPS ListKeypairDetail", message: "down", status: 503 }),
  );
  await expect(sendSettled(operation(), sequence<string>(lost), look)).rejects.toBe(lost);
});

test("where looking fails after a later refusal, the outcome of the lost answer stays unknown", async () => {
  const down = new HuaweiCloudError({ operation: "KPS ListKeypairDetail", message: "down", status: 503 });
  const send = sequence<string>(lost, refused);
  await expect(sendSettled(operation(), send, sequence<string | undefined>(undefined, down))).rejects.toBe(lost);
  expect(send).toHaveBeenCalledTimes(2);
});

test("refusals to the end leave the outcome of the lost answer unknown", async () => {
  const send = sequence<string>(lost, refused, refused, refused, refused, refused);
  await expect(sendSettled(operation(), send, () => Promise.resolve(undefined))).rejects.toBe(lost);
});

test("a refusal when the operation has to stop leaves the outcome of the lost answer unknown", async () => {
  const stop = new AbortController();
  const send = jest
    .fn<Promise<string>, []>()
    .mockRejectedValueOnce(lost)
    .mockImplementation(() => {
      stop.abort();
      return Promise.reject(refused);
    });
  const look = sequence<string | undefined>(undefined);
  await expect(sendSettled(operation({ signal: stop.signal }), send, look)).rejects.toBe(lost);
});

test("sending again ends after some attempts", async () => {
  const send = jest.fn(() => Promise.reject(lost));
  await expect(sendSettled(operation(), send, () => Promise.resolve(undefined))).rejects.toBe(lost);
  expect(send).toHaveBeenCalledTimes(6);
});

test("nothing is looked at or sent again once the operation has to stop", async () => {
  const stop = new AbortController();
  const send = jest.fn(() => {
    stop.abort();
    return Promise.reject(lost);
  });
  const look = sequence<string | undefined>();
  await expect(sendSettled(operation({ signal: stop.signal }), send, look)).rejects.toBe(lost);
  expect(send).toHaveBeenCalledTimes(1);
  expect(look).not.toHaveBeenCalled();
});

test("the wait before sending again ends when the operation has to stop", async () => {
  jest.spyOn(clock, "random").mockReturnValue(1000);
  const stop = new AbortController();
  const send = jest.fn(() => Promise.reject(lost));
  const look = () => {
    setImmediate(() => {
      stop.abort();
    });
    return Promise.resolve(undefined);
  };
  await expect(sendSettled(operation({ seconds: 3600, signal: stop.signal }), send, look)).rejects.toBe(lost);
  expect(send).toHaveBeenCalledTimes(1);
});

test("nothing is sent again where the wait before that would last too long", async () => {
  jest.spyOn(clock, "random").mockReturnValue(1000);
  const send = jest.fn(() => Promise.reject(lost));
  await expect(sendSettled(operation(), send, () => Promise.resolve(undefined))).rejects.toBe(lost);
  expect(send).toHaveBeenCalledTimes(1);
});

test("what is no answer of the cloud is thrown as it is", async () => {
  const bug = new TypeError("bug");
  await expect(sendSettled(operation(), sequence<string>(bug), sequence("seen"))).rejects.toBe(bug);
});
