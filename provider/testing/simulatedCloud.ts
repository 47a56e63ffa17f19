import { inspect } from "node:util";
import { HuaweiCloudError } from "../huawei/errors/errors";
import { HuaweiCloud } from "../huawei/huaweiCloud";
import { clock } from "../operation/clock";
import type { Operation } from "../operation/operation";
import { resolveSettings } from "../huawei/settings/settings";
import type { Simulator } from "../../simulator";
import type { AnsweringServer, Reaction } from "./answeringServer";

/** Region and project that a simulator has from the start. */
export const region = "cn-north-4";
export const projectId = "0123456789abcdef0123456789abcdef";

/** So many times shorter than their time are the pauses of tests that shorten them. */
export const shortening = 50;

/** An operation that notes its warnings. */
export interface NotedOperation extends Operation {
  readonly warnings: string[];
}

export function operation({ seconds = 30, signal }: { seconds?: number; signal?: AbortSignal } = {}): NotedOperation {
  const warnings: string[] = [];
  return {
    signal: signal ?? new AbortController().signal,
    deadline: Date.now() + seconds * 1000,
    log: { status: () => undefined, info: () => undefined, warn: (message) => warnings.push(message) },
    warnings,
  };
}

/** An operation that can be stopped. */
export function stoppable(): Operation & { stop: () => void } {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  return { ...operation({ signal: controller.signal }), stop };
}

/** The simulator's own access key, as the package's configuration has it. */
export function accessKeyOf({ credentials }: Pick<Simulator, "credentials">): { accessKey: string; secretKey: string } {
  return { accessKey: credentials.accessKey, secretKey: credentials.secretKey };
}

/** The simulator's own user, as the package's configuration has it. */
export function userOf({ credentials }: Pick<Simulator, "credentials">): {
  userName: string;
  domainName: string;
  password: string;
} {
  return { userName: credentials.user, domainName: credentials.domain, password: credentials.password };
}

/** Huawei Cloud as the simulator plays it, with the simulator's own access key and project. */
export function cloudOf(simulator: Simulator, configuration: Record<string, unknown> = {}): HuaweiCloud {
  return connect(simulator, { ...accessKeyOf(simulator), projectId, ...configuration });
}

/** Huawei Cloud with answers that a test makes up. */
export function madeUpCloud(server: AnsweringServer, ...reactions: Reaction[]): HuaweiCloud {
  server.react(...reactions);
  return connect(server, { token: "t", projectId });
}

/** Huawei Cloud at the URL of a server, with the given credentials and settings. */
export function connect(
  { url }: Pick<Simulator, "url">,
  configuration: Record<string, unknown>,
  environment: Record<string, string> = {},
): HuaweiCloud {
  const endpoints = { kms: url, cph: url, iam: url };
  return new HuaweiCloud(resolveSettings({ region, endpoints, maxRetries: 2, ...configuration }, environment));
}

/** The error that a call fails with; fails the test where it does not fail, or with another kind of error. */
export async function failureOf(call: Promise<unknown>): Promise<HuaweiCloudError> {
  const failure: unknown = await call.then(
    () => "no failure",
    (error: unknown) => error,
  );
  if (failure instanceof HuaweiCloudError) return failure;
  throw new Error(`expected a HuaweiCloudError, got ${inspect(failure)}`);
}

/** Everything that a log could show of an error. */
export function everyFormOf(error: Error): string {
  return [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: null, showHidden: true })].join(
    "\n",
  );
}

/** Backoff takes hardly any time in the tests of a file. What they mock is restored after each of them. */
export function useShortBackoff(): void {
  beforeEach(() => {
    shortenBackoff();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
}

/** Backoff takes a random time: makes it hardly any. Undone by `jest.restoreAllMocks`. */
export function shortenBackoff(of = clock): void {
  jest.spyOn(of, "random").mockReturnValue(0.001);
}

/** All pauses of the package take a fiftieth of their time in the tests of a file. What they mock is restored after each of them. */
export function useShortPauses(): void {
  beforeEach(() => {
    shortenPauses();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
}

const { sleep } = clock;

/** Makes pauses take a fiftieth of their time. Undone by `jest.restoreAllMocks`. */
export function shortenPauses(of = clock): void {
  jest.spyOn(of, "sleep").mockImplementation((milliseconds, signal) => sleep(milliseconds / shortening, signal));
}
